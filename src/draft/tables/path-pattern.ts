import { recall } from "../../format/shell/recall.ts";

/** A test for paths: one star stands for anything but a slash, two for anything; two and a slash in front also for nothing. */
export type PathTest = (path: string) => boolean;

/** One test for all patterns together. Most are an exact path, a whole folder or a bare name, which need no search. */
export function pathTest(patterns: readonly string[]): PathTest {
  const exact = new Set(patterns.filter((pattern) => !pattern.includes("*")));
  const folders = new Set(patterns.flatMap((pattern) => /^([^*]+)\/\*\*$/u.exec(pattern)?.[1] ?? []));
  const names = new Set(patterns.flatMap((pattern) => /^\*\*\/([^*/]+)$/u.exec(pattern)?.[1] ?? []));
  const inner = new Set(patterns.flatMap((pattern) => /^\*\*\/([^*/]+)\/\*\*$/u.exec(pattern)?.[1] ?? []));
  const rest = patterns.filter((pattern) => /\*/u.test(pattern) && !/^(?:[^*]+\/\*\*|\*\*\/[^*/]+(?:\/\*\*)?)$/u.test(pattern));
  const other = rest.length === 0 ? null : new RegExp(`^(?:${rest.map(patternSource).join("|")})$`, "u");
  const isHidden = rest.every((pattern) => pattern.includes("/."));
  return recall(
    (path) =>
      exact.has(path) ||
      names.has(path.slice(path.lastIndexOf("/") + 1)) ||
      isBelow(path, folders, inner) ||
      ((!isHidden || path.includes("/.")) && other?.test(path) === true),
  );
}

/** Below one of the folders, or below a folder of one of the names. */
function isBelow(path: string, folders: ReadonlySet<string>, names: ReadonlySet<string>): boolean {
  for (let start = 0, end = path.indexOf("/", 1); end > 0; start = end, end = path.indexOf("/", end + 1)) {
    if (folders.has(path.slice(0, end)) || names.has(path.slice(start + 1, end))) return true;
  }
  return false;
}

function patternSource(pattern: string): string {
  return pattern
    .replace(/[.+?^${}()|[\]\\]/gu, "\\$&")
    .replace(/\*\*|\*/gu, (stars) => (stars === "**" ? "[^]*" : "[^/]*"))
    .replace(/^\[\^\]\*\//u, "(?:[^]*/)?/?");
}
