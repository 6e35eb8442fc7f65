import type { Listing } from "./tar-listing.ts";

/** The closed list of noise of corpus/README.md, written apart from the product's own list so that the two check each other. */
const noise: readonly string[] = `
  /run/** /tmp/** /var/tmp/** /var/cache/apt/** /var/lib/apt/lists/** /var/log/** /var/cache/ldconfig/aux-cache
  /var/cache/debconf/** /var/cache/man/** **/.bash_history /.dockerenv /dev/** /proc/** /sys/** /etc/hostname /etc/hosts
  /etc/resolv.conf /etc/mtab /etc/passwd- /etc/group- /etc/shadow- /etc/gshadow- /etc/subuid- /etc/subgid- /etc/.pwd.lock
  /root/.lesshst /root/.viminfo /root/.config/** /root/.local/** **/__pycache__/** /var/lib/dpkg/lock*
  /var/lib/dpkg/triggers/** /var/lib/dpkg/*-old /var/lib/systemd/** /etc/ld.so.cache`
  .trim()
  .split(/\s+/);

/** A path pattern: `**` is any path, `*` any part of a name; a pattern that ends with `/**` also means the folder itself. */
export function patternToRegExp(pattern: string): RegExp {
  const source = pattern
    .split(/(\*\*|\*)/)
    .map((part) => (part === "**" ? ".*" : part === "*" ? "[^/]*" : part.replaceAll(/[.+^${}()|[\]\\?]/g, "\\$&")))
    .join("");
  return new RegExp(`^${source.replace(/\/\.\*$/, "(/.*)?")}$`);
}

/** A pattern of a case: there `*` at the end is everything below, too (`/etc/ssl/*` is a whole folder of keys and hashes of them). */
function mayDifferToRegExp(pattern: string): RegExp {
  return patternToRegExp(pattern.endsWith("/*") ? `${pattern}*` : pattern);
}

export interface JudgedDifference {
  readonly path: string;
  readonly kind: "missing" | "extra" | "different";
  readonly wanted: string;
  readonly got: string;
}

export interface Allowance {
  readonly mayDiffer: readonly string[];
  /** Paths held back because they hold a secret: neither equal nor different. */
  readonly secretPaths: readonly string[];
}

function isBelow(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
}

/** Every path in which a built image is not the recorded container, noise and what may differ left out. */
export function differencesOf(wanted: Listing, got: Listing, allowance: Allowance): readonly JudgedDifference[] {
  const patterns = [...noise.map(patternToRegExp), ...allowance.mayDiffer.map(mayDifferToRegExp)];
  const isLeftOut = (path: string): boolean => isBelow(path, allowance.secretPaths) || patterns.some((pattern) => pattern.test(path));
  const paths = [...new Set([...wanted.keys(), ...got.keys()])].toSorted();
  return paths.flatMap((path) => {
    const [left, right] = [wanted.get(path)?.facts, got.get(path)?.facts];
    if (left === right || isLeftOut(path)) return [];
    const kind = right === undefined ? "missing" : left === undefined ? "extra" : "different";
    return [{ path, kind, wanted: left ?? "", got: right ?? "" }];
  });
}

/** True for a path that the judgement never counts. */
export function isNoisePath(path: string): boolean {
  return noise.some((pattern) => patternToRegExp(pattern).test(path));
}
