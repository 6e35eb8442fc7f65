import type { InstalledPackage, PackageManager } from "../packages/package.ts";

const TYPES: Readonly<Record<PackageManager, string>> = {
  dpkg: "deb",
  apk: "apk",
  rpm: "rpm",
  pip: "pypi",
  npm: "npm",
  gem: "gem",
  composer: "composer",
  jar: "generic",
  go: "golang",
  cargo: "cargo",
};
/** Those whose names are the same in any case. */
const CASELESS: ReadonlySet<string> = new Set(["pypi", "composer", "golang"]);
const OF_A_SYSTEM: ReadonlySet<string> = new Set(["deb", "apk", "rpm"]);

/** The ID and VERSION_ID of an image's os-release; the version null where there is none. */
export interface System {
  readonly id: string;
  readonly version: string | null;
}

/** The package URL (purl) of a package. Those of a system have the qualifiers that scanners look for: arch, distro, epoch, upstream. */
export function packageUrl(one: InstalledPackage, system: System): string {
  const type = TYPES[one.manager];
  const isOfSystem = OF_A_SYSTEM.has(type);
  const bare = type === "deb" ? (one.name.split(":")[0] ?? "") : one.name;
  const cased = CASELESS.has(type) ? bare.toLowerCase() : bare;
  const name = type === "pypi" ? cased.replaceAll("_", "-") : cased;
  const path = [...(isOfSystem ? [system.id] : []), ...name.split("/")].map(escape).join("/");
  const [epoch, version] = type === "rpm" && one.version.includes(":") ? one.version.split(":", 2) : [undefined, one.version];
  const distro = system.version === null ? undefined : `${system.id}-${system.version}`;
  const qualifiers = isOfSystem ? { arch: one.architecture, distro, epoch, upstream: one.source } : {};
  return `pkg:${type}/${path}@${escape(version ?? "")}${queryOf(qualifiers)}`;
}

function queryOf(qualifiers: Readonly<Record<string, string | null | undefined>>): string {
  const pairs = Object.entries(qualifiers).flatMap(([key, value]) => (value ? [`${key}=${escape(value)}`] : []));
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

function escape(text: string): string {
  return encodeURIComponent(text).replaceAll("%3A", ":");
}
