import type { InstalledPackage, PackageManager } from "../packages/package.ts";

const TYPES: Readonly<Record<PackageManager, string>> = {
  dpkg: "deb",
  apk: "apk",
  pip: "pypi",
  npm: "npm",
  gem: "gem",
  composer: "composer",
  jar: "generic",
};

/** The package URL (purl) of a package; `system` is the ID of the image's os-release. */
export function packageUrl({ manager, name, version }: InstalledPackage, system: string): string {
  const type = TYPES[manager];
  const [bare = "", architecture] = manager === "dpkg" ? name.split(":") : [name];
  const space = type === "deb" || type === "apk" ? `${encodeURIComponent(system)}/` : "";
  const plain = type === "pypi" ? bare.toLowerCase().replaceAll(/[_.]/g, "-") : bare;
  const path = plain.split("/").map(encodeURIComponent).join("/");
  const suffix = architecture === undefined ? "" : `?arch=${encodeURIComponent(architecture)}`;
  return `pkg:${type}/${space}${path}@${encodeURIComponent(version)}${suffix}`;
}
