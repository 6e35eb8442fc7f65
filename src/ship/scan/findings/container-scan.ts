import type { ScanFinding, Severity } from "../classify/finding.ts";
import type { RuleFile } from "../allow/rules.ts";
import type { FoundIn } from "../output/report-form.ts";

/** What was found out about one container. */
export interface ContainerScan extends FoundIn {
  /** "gone": it ended or was removed before it was looked at to the end. */
  readonly status: "scanned" | "gone";
  /** "layer": read from its own layer; "api": compared through the engine, which is weaker. */
  readonly evidence: "layer" | "api";
  /** How many findings there are. */
  readonly counts: Readonly<Record<Severity, number>>;
  /** By path, the gravest first for one path; none where the request keeps none. */
  readonly findings: readonly ScanFinding[];
  /** The findings as the report has them; a container with many has several texts, each by path. */
  readonly written: readonly string[];
  /** The files whose rules were asked. */
  readonly ruleFiles: readonly RuleFile[];
  /** How many were allowed, by the number of the rule. */
  readonly allowed: ReadonlyMap<number, number>;
  /** Mounts that were not looked at. */
  readonly unscanned: readonly { readonly path: string; readonly type: string }[];
  /** What makes the evidence weaker than it can be; it may be clean, but not "all ok". */
  readonly weak: readonly string[];
  /** What should have been looked at and could not be. */
  readonly incomplete: readonly string[];
  readonly entries: number;
  /** Another number as soon as its own layer is written to; of no meaning with the evidence of the API. */
  readonly signature: number;
}

/** A rule, and the file that it is of. */
export interface RulePlace {
  readonly path: string;
  readonly file: string;
}

/** A scan of containers. */
export interface ScanSummary {
  readonly containers: number;
  readonly findings: number;
  readonly bySeverity: Readonly<Record<string, number>>;
  readonly allowed: number;
  readonly unscanned: number;
  readonly weak: number;
  readonly incomplete: number;
  readonly gone: number;
  /** Rules that allowed nothing, and those that do not hold any more. */
  readonly unusedRules: readonly RulePlace[];
  readonly expiredRules: readonly RulePlace[];
  /** Everything was looked at and is clean. */
  readonly isAllOk: boolean;
}

/** True when everything of the container was looked at, with the best evidence there is, and nothing is different. */
export function isClean(scan: ContainerScan): boolean {
  const { status, unscanned, weak, incomplete } = scan;
  return status === "scanned" && findingCount(scan) + unscanned.length + weak.length + incomplete.length === 0;
}

/** How many findings a scan has, kept or not. */
export function findingCount({ counts }: Pick<ContainerScan, "counts">): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
