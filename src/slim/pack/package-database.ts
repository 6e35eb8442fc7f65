import { isCooperError } from "../../base/errors.ts";
import type { Kept } from "../closure/close.ts";
import type { Reason } from "../closure/closure.ts";
import { askedPattern } from "../closure/glob.ts";
import { RPM } from "../closure/package-lists.ts";
import { resolvePath } from "../closure/resolve.ts";
import { parentOf } from "../inspect/image-files.ts";
import type { Original } from "../inspect/inspect-image.ts";
import { cutRpmDatabase } from "../../format/package-database/rpm.ts";
import { cutApk, cutDpkgStatus, cutLines } from "./cut-database.ts";

const DPKG_STATUS = "/var/lib/dpkg/status";
const DPKG_INFO = "/var/lib/dpkg/info";
const DPKG_PARTS = "/var/lib/dpkg/status.d";
const APK = "/lib/apk/db/installed";
/** By these a scanner knows what the names of the packages mean. */
const RELEASES = ["/etc/os-release", "/usr/lib/os-release", "/etc/debian_version", "/etc/alpine-release", "/etc/redhat-release"];
const REASON: Reason = { rule: "package-database", because: "scanners read it", level: "trace" };

/** What is kept with the package databases, and the files of these that are cut to what is kept. */
export interface WithDatabases {
  readonly kept: Kept;
  readonly replaced: ReadonlyMap<string, Buffer>;
}

/** Adds the package databases, cut to the packages and files that stay, so that scanners still see them. One that the program itself read stays whole. */
export function withDatabases(original: Original, kept: Kept, exclude: readonly string[]): WithDatabases {
  const packages = keptPackages(original, kept);
  if (packages.size === 0) return { kept, replaced: new Map() };
  const isKept = (line: string): boolean => {
    const real = resolvePath(original.files, line, false).real;
    return real !== null && kept.has(real);
  };
  const cuts = [...dpkgCuts(original, packages, isKept), ...apkCuts(original, packages, isKept), ...rpmCuts(original, packages)];
  const excluded = exclude.map((glob) => askedPattern(original.files, glob));
  const wanted = cuts.filter(([path]) => !kept.has(path) && !excluded.some((pattern) => pattern.test(path)));
  const whole = [...RELEASES, ...(original.files.children.get(DPKG_PARTS) ?? [])].filter((path) => original.files.paths.has(path));
  const all = new Map(kept);
  for (const path of [...wanted.map(([name]) => name), ...(wanted.length > 0 ? whole : [])]) addWithFolders(all, path);
  return { kept: all, replaced: new Map(wanted) };
}

function addWithFolders(kept: Map<string, Reason>, path: string): void {
  if (kept.has(path)) return;
  kept.set(path, REASON);
  addWithFolders(kept, parentOf(path));
}

/** The packages of which a file stays; folders belong to many. */
function keptPackages({ files, packages }: Original, kept: Kept): ReadonlySet<string> {
  const names = new Set<string>();
  for (const path of kept.keys()) {
    const owner = packages.ownerOf.get(path);
    if (owner !== undefined && files.paths.get(path)?.member.type !== "directory") names.add(owner);
  }
  return names;
}

type Cut = readonly [string, Buffer];

// oxlint-disable-next-line max-params -- the image, what stays of it, and of its files
function* dpkgCuts({ files }: Original, packages: ReadonlySet<string>, isKept: (path: string) => boolean): Generator<Cut> {
  if (!files.paths.has(DPKG_STATUS)) return;
  yield [DPKG_STATUS, Buffer.from(cutDpkgStatus(files.read(DPKG_STATUS).toString("latin1"), packages), "latin1")];
  for (const path of files.children.get(DPKG_INFO) ?? []) {
    const [, name, kind] = /\/([^/:]+?)(?::[a-z0-9-]+)?\.(list|md5sums)$/.exec(path) ?? [];
    if (name === undefined || !packages.has(name)) continue;
    const text = files.read(path).toString("latin1");
    const pathOf = (line: string): string => (kind === "list" ? line : `/${line.replace(/^[0-9a-f]+\s+/, "")}`);
    yield [
      path,
      Buffer.from(
        cutLines(text, (line) => isKept(decode(pathOf(line)))),
        "latin1",
      ),
    ];
  }
}

// oxlint-disable-next-line max-params -- the image, what stays of it, and of its files
function* apkCuts({ files }: Original, packages: ReadonlySet<string>, isKept: (path: string) => boolean): Generator<Cut> {
  if (!files.paths.has(APK)) return;
  const text = files.read(APK).toString("latin1");
  yield [APK, Buffer.from(cutApk(text, { packages, isKept: (path) => isKept(decode(path)) }), "latin1")];
}

/** A damaged data base is left out: no scanner would read it either. */
function* rpmCuts({ files }: Original, packages: ReadonlySet<string>): Generator<Cut> {
  for (const path of RPM) {
    const bytes = files.read(path);
    if (bytes.length === 0) continue;
    try {
      yield [path, cutRpmDatabase(bytes, packages)];
    } catch (error) {
      if (!isCooperError(error)) throw error;
    }
  }
}

function decode(latin: string): string {
  return Buffer.from(latin, "latin1").toString("utf8");
}
