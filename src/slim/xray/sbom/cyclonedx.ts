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
    components: packages.map((one, at) => ({
      type: "library",
      "bom-ref": `package-${at + 1}`,
      name: one.name,
      version: one.version,
      purl: packageUrl(one, report.systemId),
      properties: [
        { name: "cooper:manager", value: one.manager },
        { name: "cooper:path", value: one.path },
      ],
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
