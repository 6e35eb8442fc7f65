import type { ShellVariable, StateChange } from "../../history/model.ts";
import type { CarriedPath } from "../model.ts";
import type { ManagerUse } from "./package-use.ts";

/** "any" is portable text; the others must run in just that shell ("sh" is whatever the image's /bin/sh is). */
export type RunShell = "any" | "sh" | "bash" | "zsh";

/** What a command needs its shell to be like; absent names may be anything. */
export interface ShellNeeds {
  /** Null: any directory will do. */
  readonly cwd: string | null;
  readonly umask: string | null;
  /** Null: must not be set. */
  readonly variables: Readonly<Record<string, ShellVariable | null>>;
  /** The names that its programs may find exported; null: it runs none that looks. */
  readonly exported: readonly string[] | null;
  readonly functions: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, boolean>>;
}

/** Where an action comes from. */
export interface Origin {
  readonly steps: readonly string[];
  readonly why: string;
  readonly comments: readonly string[];
  readonly isRepair: boolean;
}

/** A command to run in the image. */
export interface RunAction extends Origin {
  readonly kind: "run";
  /** As USER takes it. */
  readonly user: string;
  readonly home: string;
  readonly shell: RunShell;
  /** What runs, without a comment at its end. */
  readonly command: string;
  /** It failed when it was recorded, and what it left counts. */
  readonly canFail: boolean;
  readonly needs: ShellNeeds;
  /** What its shell had exported, used or not. */
  readonly exports: Readonly<Record<string, string>>;
  /** What it changes in the shell it runs in. */
  readonly change: StateChange;
  /** Commands to run just before (preseeding). */
  readonly before: readonly string[];
  readonly packages: readonly ManagerUse[];
  /** Paths it made (with their bytes), and paths it took away: what one RUN makes and another takes away stays in a layer. */
  readonly made: readonly { readonly path: string; readonly size: number }[];
  readonly removed: readonly string[];
  /** The index was refreshed just before. */
  readonly isRefreshed: boolean;
  /** Actions with the same word share one RUN, from the first to the last. */
  readonly together: string | null;
  /** The secrets whose mounts it needs: under /run/secrets, or at a path; for this user to read. */
  readonly secrets: readonly { readonly name: string; readonly path: string | null; readonly uid: number }[];
}

/** Paths to bring as they were. */
export interface CarryAction extends Origin {
  readonly kind: "carry";
  readonly paths: readonly CarriedPath[];
}

export type Action = RunAction | CarryAction;

/** No need at all. */
export const NO_NEEDS: ShellNeeds = {
  cwd: null,
  umask: null,
  variables: {},
  exported: null,
  functions: {},
  options: {},
};
