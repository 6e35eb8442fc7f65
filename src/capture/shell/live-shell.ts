import type { Identity, Shell, ShellKind, ShellState, StateChange } from "../../history/model.ts";

/** A command that runs: known when it starts. */
export interface RunningStep {
  readonly id: string;
  readonly shell: string;
  typed: string;
  ran: string;
  /** What ran where no shell read it. */
  readonly argv: readonly string[] | null;
  readonly cwd: string;
  readonly umask: string;
  readonly identity: Identity;
  /** Not after its true start. */
  readonly startedAt: number;
  /** Keys of the shells that it opened. */
  readonly opened: string[];
  /** ^C was typed while it ran. */
  isInterrupted: boolean;
  /** Its text could not be read from the terminal. */
  readonly isUnread: boolean;
}

/** A command that has ended. */
export interface EndedStep extends RunningStep {
  readonly endedAt: number;
  readonly exit: number | null;
  readonly background: boolean;
  /** Something was piped into it, which is not kept. */
  readonly hadInput?: boolean;
  readonly change: StateChange;
}

/** A shell whose hooks are in place. */
export interface LiveShell {
  readonly key: string;
  readonly nonce: string;
  readonly kind: Exclude<ShellKind, "none">;
  readonly identity: Identity;
  readonly login: boolean;
  /** Its process id as the container sees it. */
  readonly pid: string;
  readonly parent: string | null;
  /** Null until its first prompt. */
  shell: Shell | null;
  openedAt: number | null;
  state: ShellState | null;
  nextState: ShellState | null;
  running: RunningStep | null;
  /** How its last command ended, where the next prompt cannot tell. */
  exit: number | null;
  /** `$!` at the last prompt. */
  lastJob: string;
  /** Number of the newest entry of its history that a command has used. */
  lastHistory: number;
}

/** What a shell is before it has told about itself. */
export const UNKNOWN_STATE: ShellState = { cwd: "/", umask: "0022", variables: {}, functions: {}, aliases: {}, options: [] };
