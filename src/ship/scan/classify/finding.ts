import type { Entry } from "../../../format/tree/entry.ts";
import type { ContentKind } from "../../../trace/layer-records.ts";
import type { LayerChange } from "../walk/change.ts";

export const SEVERITIES = ["critical", "high", "medium", "low"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What runs in a container that its image did not bring. */
export interface RunningFact {
  readonly rule: string;
  readonly path: string;
  /** The process's number in the container. */
  readonly pid: number;
  /** The same as this machine has it. */
  readonly hostPid: number;
  readonly argv: readonly string[];
  readonly detail: string;
}

/** One thing that is not as the image has it, with the gravest rule that it comes under. */
export interface ScanFinding {
  readonly rule: string;
  readonly severity: Severity;
  /** The other rules that it comes under. */
  readonly also: readonly string[];
  readonly path: string;
  /** "run" for what is told of a process. */
  readonly kind: LayerChange["kind"] | "run";
  readonly fields: readonly string[];
  readonly before: Entry | null;
  readonly after: Entry | null;
  readonly content: ContentKind;
  readonly detail: string;
  readonly process: Pick<RunningFact, "pid" | "hostPid" | "argv"> | null;
}
