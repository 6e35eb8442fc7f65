import type { InstalledPackage } from "../packages/package.ts";
import type { XrayReport } from "../report.ts";
import { packageUrl } from "./package-url.ts";

/** SPDX wants a time; that of an image without one. */
const NO_TIME = "1970-01-01T00:00:00Z";
const UNKNOWN = {
  downloadLocation: "NOASSERTION",
  licenseConcluded: "NOASSERTION",
  licenseDeclared: "NOASSERTION",
  copyrightText: "NOASSERTION",
};

/** The packages as an SPDX 2.3 document. Same image, same bytes: the time is the image's, the name space its id. */
export function toSpdx(report: XrayReport): string {
  const { image, packages } = report;
  const container = { SPDXID: "SPDXRef-Image", name: image.name, filesAnalyzed: false, primaryPackagePurpose: "CONTAINER", ...UNKNOWN };
  const document = {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name: image.name,
    documentNamespace: `https://spdx.org/spdxdocs/${encodeURIComponent(image.name)}-${image.id.replace(/^sha256:/, "")}`,
    creationInfo: { created: timeOf(image.created), creators: ["Tool: cooper"] },
    packages: [container, ...packages.map((one, at) => describe(one, at, report))],
    relationships: [
      { spdxElementId: "SPDXRef-DOCUMENT", relationshipType: "DESCRIBES", relatedSpdxElement: container.SPDXID },
      ...packages.map((_one, at) => ({ spdxElementId: container.SPDXID, relationshipType: "CONTAINS", relatedSpdxElement: reference(at) })),
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function describe(one: InstalledPackage, at: number, { system }: XrayReport): object {
  return {
    SPDXID: reference(at),
    name: one.name,
    versionInfo: one.version,
    filesAnalyzed: false,
    sourceInfo: `found by ${one.manager} at ${one.path}`,
    ...UNKNOWN,
    externalRefs: [{ referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: packageUrl(one, system) }],
  };
}

function reference(at: number): string {
  return `SPDXRef-Package-${at + 1}`;
}

/** Whole seconds of Zulu time are the only form that SPDX knows. */
function timeOf(created: string): string {
  const time = Date.parse(created);
  return Number.isNaN(time) ? NO_TIME : `${new Date(time).toISOString().slice(0, 19)}Z`;
}
