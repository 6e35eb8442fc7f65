/** A test for paths: one star stands for anything but a slash, two for anything; two and a slash in front also for nothing. */
export type PathTest = (path: string) => boolean;

/** One test for all patterns together. */
export function pathTest(patterns: readonly string[]): PathTest {
  if (patterns.length === 0) return () => false;
  const all = new RegExp(`^(?:${patterns.map(patternSource).join("|")})$`, "u");
  return (path) => all.test(path);
}

function patternSource(pattern: string): string {
  return pattern
    .replace(/[.+?^${}()|[\]\\]/gu, "\\$&")
    .replace(/\*\*|\*/gu, (stars) => (stars === "**" ? "[^]*" : "[^/]*"))
    .replace(/^\[\^\]\*\//u, "(?:[^]*/)?/?");
}
