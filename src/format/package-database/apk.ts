import type { PackageSet } from "./dpkg.ts";

/** What apk's `/lib/apk/db/installed` holds: the packages, and the paths of each. */
export interface ApkDatabase {
  readonly packages: PackageSet;
  readonly files: ReadonlyMap<string, readonly string[]>;
}

/** Reads apk's data base; `world` is the text of `/etc/apk/world`, the packages that were asked for. */
export function parseApk(installed: string, world: string): ApkDatabase {
  const asked = new Set(world.split(/\s+/).map((word) => word.replace(/[<>=~@].*$/, "")));
  const packages = new Map<string, { version: string; automatic: boolean }>();
  const files = new Map<string, string[]>();
  for (const stanza of installed.split(/\n\n+/)) {
    const lines = stanza.split("\n");
    const name = valueOf(lines, "P:");
    const version = valueOf(lines, "V:");
    if (name === undefined || version === undefined) continue;
    packages.set(name, { version, automatic: !asked.has(name) });
    files.set(name, filesOf(lines));
  }
  return { packages, files };
}

function valueOf(lines: readonly string[], key: string): string | undefined {
  return lines.find((line) => line.startsWith(key))?.slice(key.length);
}

function filesOf(lines: readonly string[]): string[] {
  const paths: string[] = [];
  let folder = "";
  for (const line of lines) {
    if (line.startsWith("F:")) {
      folder = `/${line.slice(2)}`;
      paths.push(folder);
    } else if (line.startsWith("R:")) paths.push(`${folder === "/" ? "" : folder}/${line.slice(2)}`);
  }
  return paths;
}
