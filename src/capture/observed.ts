import type { Finding } from "../base/finding.ts";
import type { DebconfAnswer, PackageChange } from "../format/package-database/change.ts";
import type { LeftProcess } from "../format/proc/left-process.ts";
import type { PathChange } from "../format/tree/entry.ts";
import type { Shell, Step } from "../history/model.ts";

/** What changed in the container since the look before. */
export interface Observed {
  readonly changes: readonly PathChange[];
  readonly packages: readonly PackageChange[];
  readonly debconf: readonly DebconfAnswer[];
  readonly processes: readonly LeftProcess[];
  readonly ended: readonly number[];
  readonly findings: readonly Finding[];
  /** The times of changes are not known or not comparable. */
  readonly isWeak: boolean;
}

/** Looks at a container's paths, packages and processes. */
export interface PathObserver {
  look(): Promise<Observed>;
  /** Cheap: did anything change since the last look. */
  peek(): Promise<boolean>;
}

/** Where a Session is written. */
export interface SessionLog {
  nextStepId(): string;
  addShell(shell: Shell): Promise<void>;
  begin(stepId: string, startedAt: number, typed: string): Promise<void>;
  step(step: Step): Promise<void>;
  finding(finding: Finding): Promise<void>;
  end(exit: number | null): Promise<void>;
  readonly castPath: string;
}
