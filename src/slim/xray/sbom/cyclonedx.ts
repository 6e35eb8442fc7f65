import type { InstalledPackage } from "../packages/package.ts";
import type { XrayReport } from "../report.ts";
import { packageUrl } from "./package-url.ts";

/** The packages as a CycloneDX 1.5 document. Same image, same bytes: it has no serial number, and the time is the image's. */
export function toCycloneDx(report: XrayReport): string {
  const { image, packages } = report;
  const version = image.id.slice("sha256:".length, "sha256:".length + 12);
  const root = { type: "container", "bom-ref": image.id || image.name, name: image.name, ...(version === "" ? {} : { version }) };
  const document = {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: {
      ...(Number.isNaN(Date.parse(image.created)) ? {} : { timestamp: image.created }),
      tools: { components: [{ type: "application", name: "cooper" }] },
      component: root,
    },
    components: [...systemOf(report), ...packages.map((one, at) => describe(one, at, report))],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** What the packages of a system are packages of. */
function systemOf({ system }: XrayReport): readonly object[] {
  if (system.version === null && system.id === "linux") return [];
  const version = system.version === null ? {} : { version: system.version };
  return [{ type: "operating-system", "bom-ref": "system", name: system.id, ...version }];
}

function describe(one: InstalledPackage, at: number, { system }: XrayReport): object {
  return {
    type: "library",
    "bom-ref": `package-${at + 1}`,
    name: one.name,
    version: one.version,
    purl: packageUrl(one, system),
    properties: [
      { name: "cooper:manager", value: one.manager },
      { name: "cooper:path", value: one.path },
    ],
  };
}
