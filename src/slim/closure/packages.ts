import type { ImageFiles } from "../inspect/image-files.ts";
import type { Closure, KeepLevel } from "./closure.ts";
import { resolvePath } from "./resolve.ts";

/** Which package brought which path, by the package databases in the image. */
export interface PackageIndex {
  /** Real path to package name. */
  readonly ownerOf: ReadonlyMap<string, string>;
  readonly filesOf: ReadonlyMap<string, readonly string[]>;
}

/** What a program makes again from its sources; nobody wrote it. */
const MADE_AGAIN = /\/__pycache__\/|\.pyc$/;

/** True for what no package brought: the image's maker put it there. */
export function isOwn(packages: PackageIndex, path: string): boolean {
  return !packages.ownerOf.has(path) && !MADE_AGAIN.test(path);
}

const DPKG_INFO = "/var/lib/dpkg/info";
const APK_DATABASE = "/lib/apk/db/installed";

/** Reads dpkg's and apk's lists. Paths are made real, since a list may name /lib where the image has /usr/lib. */
export function readPackages(image: ImageFiles): PackageIndex {
  const ownerOf = new Map<string, string>();
  const filesOf = new Map<string, string[]>();
  for (const [name, paths] of [...dpkgLists(image), ...apkLists(image)]) {
    const real = paths.map((path) => resolvePath(image, path, false).real).filter((path) => path !== null);
    filesOf.set(name, real);
    for (const path of real) if (image.paths.get(path)?.member.type !== "directory") ownerOf.set(path, name);
  }
  return { ownerOf, filesOf };
}

function dpkgLists(image: ImageFiles): [string, string[]][] {
  const lists = (image.children.get(DPKG_INFO) ?? []).filter((path) => path.endsWith(".list"));
  return lists.map((path) => {
    const name = path.slice(DPKG_INFO.length + 1, -".list".length).replace(/:[a-z0-9]+$/, "");
    return [
      name,
      image
        .read(path)
        .toString("utf8")
        .split("\n")
        .filter((line) => line.startsWith("/") && line !== "/."),
    ];
  });
}

function apkLists(image: ImageFiles): [string, string[]][] {
  const lists: [string, string[]][] = [];
  let folder = "";
  for (const line of image.read(APK_DATABASE).toString("utf8").split("\n")) {
    if (line.startsWith("P:")) lists.push([line.slice(2), []]);
    else if (line.startsWith("F:")) folder = line.slice(2);
    else if (line.startsWith("R:")) lists.at(-1)?.[1].push(`/${folder}/${line.slice(2)}`);
  }
  return lists;
}

/** What nobody runs: documentation, translations, headers, completion. Licences stay out too, as the small images of this kind do. */
const NOT_RUN =
  /^\/usr\/(?:share\/(?:doc|man|info|locale|lintian|bug|menu|doc-base|bash-completion|zsh|fish|gtk-doc|help|reportbug|applications|pixmaps|perl5\/debconf)|include|lib\/pkgconfig)(?:\/|$)|\.(?:a|la|h|o|pyc)$/;

/** Packages that are in every image for its maintenance: of these only what was used stays. */
const MAINTENANCE =
  /^(?:apt|dpkg|debconf|debianutils|base-files|base-passwd|adduser|init-system-helpers|login|passwd|mount|util-linux(?:-extra)?|bsdutils|e2fsprogs|logsave|sysvinit-utils|perl-base|ncurses-(?:base|bin)|gpgv|debian-archive-keyring|tzdata|diffutils|findutils|libc-bin|libc6|coreutils|hostname|bash|dash|grep|sed|tar|gzip|ucf|mawk|alpine-(?:baselayout.*|keys|release)|apk-tools|busybox.*|scanelf|ssl_client)$/;

/** Larger packages are kept whole only at the level that asks for all. */
const HUGE_BYTES = 30 * 1024 * 1024;

/** Keeps the rest of every package of which something was kept, but for what nobody runs and the maintenance of the image. */
export function keepPackages(closure: Closure, packages: PackageIndex, level: KeepLevel): void {
  for (const name of usedPackages(closure, packages)) {
    const files = (packages.filesOf.get(name) ?? []).filter((path) => !NOT_RUN.test(path));
    if (MAINTENANCE.test(name) || (level !== "app" && sizeOf(closure.image, files) > HUGE_BYTES)) continue;
    for (const path of files) closure.keep(path, { rule: "package", because: name, level });
  }
}

function usedPackages(closure: Closure, packages: PackageIndex): string[] {
  const used = new Set<string>();
  for (const path of closure.reasons().keys()) {
    const owner = packages.ownerOf.get(path);
    if (owner !== undefined && closure.image.paths.get(path)?.member.type === "file") used.add(owner);
  }
  return [...used].sort();
}

function sizeOf(image: ImageFiles, files: readonly string[]): number {
  return files.reduce((sum, path) => sum + (image.paths.get(path)?.member.size ?? 0), 0);
}
