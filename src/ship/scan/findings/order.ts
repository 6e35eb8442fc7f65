import { type ScanFinding, SEVERITIES, type Severity } from "../classify/finding.ts";

/** The order of findings in a report: by path, the gravest first for one path. */
export function byPath(a: ScanFinding, b: ScanFinding): number {
  if (a.path < b.path) return -1;
  if (a.path > b.path) return 1;
  return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || (a.rule < b.rule ? -1 : 1);
}

/** Adds up how many findings there are of each severity. */
export function countBySeverity(counts: Iterable<readonly [string, number]>): Readonly<Record<Severity, number>> {
  const sum = { critical: 0, high: 0, medium: 0, low: 0 };
  for (const [severity, count] of counts) {
    const known = SEVERITIES.find((one) => one === severity);
    if (known !== undefined) sum[known] += count;
  }
  return sum;
}

/** How many of the findings have each severity. */
export function countFindings(findings: readonly ScanFinding[]): Readonly<Record<Severity, number>> {
  const sum = { critical: 0, high: 0, medium: 0, low: 0 };
  for (const { severity } of findings) sum[severity]++;
  return sum;
}
