import type { ScanFinding } from "../classify/finding.ts";

/** What was found out about one container. */
export interface ContainerScan {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  /** "gone": it ended or was removed before it was looked at to the end. */
  readonly status: "scanned" | "gone";
  /** "layer": read from its own layer; "api": compared through the engine, which is weaker. */
  readonly evidence: "layer" | "api";
  /** By path, the gravest first for one path. */
  readonly findings: readonly ScanFinding[];
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
  /** Rules that allowed nothing, and those that do not hold any more, as their patterns. */
  readonly unusedRules: readonly string[];
  readonly expiredRules: readonly string[];
  /** Everything was looked at and is clean. */
  readonly isAllOk: boolean;
}

/** True when everything of the container was looked at, with the best evidence there is, and nothing is different. */
export function isClean({ status, findings, unscanned, weak, incomplete }: ContainerScan): boolean {
  return status === "scanned" && findings.length + unscanned.length + weak.length + incomplete.length === 0;
}
