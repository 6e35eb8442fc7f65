import type { ImageFiles } from "../inspect/image-files.ts";
import { packageLists } from "./package-lists.ts";
import { resolvePath } from "./resolve.ts";

/** Which package brought which path, by the package databases in the image. */
export interface PackageIndex {
  /** Real path to package name. */
  readonly ownerOf: ReadonlyMap<string, string>;
  /** The same for packages that are part of an application, and so of what the image's maker put there. */
  readonly bundledIn: ReadonlyMap<string, string>;
  readonly filesOf: ReadonlyMap<string, readonly string[]>;
  /** Package to the source it was built from, where that has another name. */
  readonly sourceOf: ReadonlyMap<string, string>;
  /** Package to those it cannot be without. */
  readonly needsOf: ReadonlyMap<string, readonly string[]>;
}

/** What a program makes again from its sources; nobody wrote it. */
const MADE_AGAIN = /\/__pycache__\/|\.pyc$/;

/** True for what no package brought: the image's maker put it there. */
export function isOwn(packages: PackageIndex, path: string): boolean {
  return !packages.ownerOf.has(path) && !MADE_AGAIN.test(path);
}

/** Reads the package databases of an image. Paths are made real, since a list may name /lib where the image has /usr/lib. */
export function readPackages(image: ImageFiles): PackageIndex {
  const ownerOf = new Map<string, string>();
  const bundledIn = new Map<string, string>();
  const filesOf = new Map<string, readonly string[]>();
  const sourceOf = new Map<string, string>();
  const needsOf = new Map<string, readonly string[]>();
  for (const { name, paths, source, needs, isBundled } of packageLists(image)) {
    const real = paths.map((path) => realOf(image, path)).filter((path) => path !== null);
    // Of an application's package several folders may have a copy.
    filesOf.set(name, [...(filesOf.get(name) ?? []), ...real]);
    if (needs !== undefined) needsOf.set(name, needs);
    if (source !== undefined && source !== "") sourceOf.set(name, source);
    const owners = isBundled === true ? bundledIn : ownerOf;
    const isOfLanguage = isBundled === true || name.startsWith("pip:");
    for (const path of real)
      if (image.paths.get(path)?.member.type !== "directory" && !(isOfLanguage && ownerOf.has(path))) owners.set(path, name);
  }
  return { ownerOf, bundledIn, filesOf, sourceOf, needsOf };
}

/** Most listed paths are there as they stand; only the others are followed link by link. */
function realOf(image: ImageFiles, path: string): string | null {
  const isMoved = path.startsWith("/lib") || path.startsWith("/bin/") || path.startsWith("/sbin/") || !image.paths.has(path);
  return isMoved ? resolvePath(image, path, false).real : path;
}

/** What nobody runs: documentation, translations, headers, completion. Licences stay out too, as the small images of this kind do. */
const NOT_RUN =
  /^\/usr\/(?:share\/(?:doc|i18n|man|info|locale|lintian|bug|menu|doc-base|bash-completion|zsh|fish|gtk-doc|help|reportbug|applications|pixmaps|perl5\/debconf)|include|lib\/pkgconfig)(?:\/|$)|\/(?:tests?|examples?|legal|pydoc_data|bitcode)\/|\/(?:turtle\.py|_test[^/]*\.so)$|\.(?:a|la|h|o|pod|pyc|po|pot)$/;

/** False for documentation and what else no program loads. */
export function isRun(path: string): boolean {
  return !NOT_RUN.test(path);
}

/** Packages that are in every image for its maintenance: of these only what was used stays. */
const MAINTENANCE =
  /^(?:apt|dpkg|debconf|debianutils|base-files|base-passwd|adduser|init-system-helpers|login|passwd|mount|util-linux(?:-extra)?|bsdutils|e2fsprogs|logsave|sysvinit-utils|perl-base|ncurses-(?:base|bin)|gpgv|debian-archive-keyring|tzdata|diffutils|findutils|libc-bin|libc6|coreutils|hostname|bash|dash|grep|sed|tar|gzip|ucf|mawk|alpine-(?:baselayout.*|keys|release)|apk-tools|busybox.*|scanelf|ssl_client|pip:(?:pip|setuptools|wheel)|npm:(?:npm|corepack)|gem:(?:bundler|rdoc|rubygems-update|irb|debug)-[\w.]+|(?:coreutils|filesystem|setup|rpm|dnf|yum|microdnf|glibc|systemd|shadow-utils)(?:-.*)?)$/;

/** True for a package that is there to keep the image itself going. */
export function isMaintenance(name: string): boolean {
  return MAINTENANCE.test(name);
}

/** The packages that brought these paths, sorted. */
export function packagesOf(packages: PackageIndex, paths: Iterable<string>): string[] {
  const used = new Set<string>();
  for (const path of paths) {
    const owner = packages.ownerOf.get(path) ?? packages.bundledIn.get(path);
    if (owner !== undefined) used.add(owner);
  }
  return [...used].sort();
}

/** Installed packages that were built from the same source as one of these and are not among them, with what they need besides libraries: a server's client and what starts it. */
export function siblingsOf(packages: PackageIndex, names: readonly string[]): string[] {
  const sourceOf = (name: string): string => packages.sourceOf.get(name) ?? name;
  const sources = new Set(names.map(sourceOf));
  const used = new Set(names);
  const isFree = (name: string): boolean => !used.has(name) && !isMaintenance(name) && packages.filesOf.has(name);
  const sisters = [...packages.filesOf.keys()].filter((name) => isFree(name) && sources.has(sourceOf(name)));
  const needs = sisters.flatMap((name) => packages.needsOf.get(name) ?? []).filter((name) => isFree(name) && !name.startsWith("lib"));
  return [...new Set([...sisters, ...needs])].sort();
}
