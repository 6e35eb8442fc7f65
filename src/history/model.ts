import type { Finding } from "../base/finding.ts";
import type { ImageSettings } from "../engine/image/image.ts";
import type { DebconfAnswer, PackageChange } from "../format/package-database/change.ts";
import type { LeftProcess } from "../format/proc/left-process.ts";
import type { PathChange } from "../format/tree/entry.ts";

/** Shells that can be recorded; "none" where a command ran without one. */
export type ShellKind = "bash" | "zsh" | "dash" | "ash" | "sh" | "none";

/** Who runs a shell: names and numbers as the container sees them. */
export interface Identity {
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly home: string;
}

/** A variable as the shell has it. */
export interface ShellVariable {
  readonly kind: "scalar" | "array" | "map";
  /** A text; for an array `[["0","a"],["2","b"]]`, for a map `[["key","value"]]`, in the shell's order. */
  readonly value: string | readonly (readonly [string, string])[];
  readonly exported: boolean;
}

/** All of a shell that a later command can see. `functions` maps a name to its definition text (`name () { … }`). */
export interface ShellState {
  readonly cwd: string;
  /** Four octal digits, as "0022". */
  readonly umask: string;
  readonly variables: Readonly<Record<string, ShellVariable>>;
  readonly functions: Readonly<Record<string, string>>;
  readonly aliases: Readonly<Record<string, string>>;
  /** Names that are on, sorted: those of `set -o` plain ("pipefail"), those of `shopt` with a prefix ("shopt:extglob"). */
  readonly options: readonly string[];
}

/** What one Step changed in its shell. Absent parts did not change; a null value was removed. */
export interface StateChange {
  readonly cwd?: string;
  readonly umask?: string;
  readonly variables?: Readonly<Record<string, ShellVariable | null>>;
  readonly functions?: Readonly<Record<string, string | null>>;
  readonly aliases?: Readonly<Record<string, string | null>>;
  /** Option name to on (true) or off (false). */
  readonly options?: Readonly<Record<string, boolean>>;
}

/** What a Step did to the container, as far as it was seen. */
export interface Effect {
  /** Sorted by path. */
  readonly changes: readonly PathChange[];
  /** Somebody else may have made some of these changes during the command. */
  readonly uncertain: boolean;
  /** Absolute paths the Step read, sorted; null where reads were not observed. */
  readonly reads: readonly string[] | null;
  readonly packages: readonly PackageChange[];
  readonly debconf: readonly DebconfAnswer[];
  readonly processes: readonly LeftProcess[];
  /** Pids of processes that earlier Steps had left and that ended during this one. */
  readonly ended: readonly number[];
}

/** How a Step came about. */
export type StepKind =
  /** A command at a recorded shell's prompt. */
  | "command"
  /** One command through `cooper exec`, without a shell: `argv` is what ran. */
  | "exec"
  /** Changes made while no command of ours ran (`docker cp`, another process). */
  | "outside";

/** One command as it was given, and its Effect. */
export interface Step {
  /** "s1.3": Session 1, third Step; unique in a History and stable. */
  readonly id: string;
  readonly kind: StepKind;
  /** Exactly as typed (masked where secret); empty for `outside`. */
  readonly typed: string;
  /** What ran after history expansion; equal to `typed` where nothing was expanded. */
  readonly ran: string;
  readonly argv: readonly string[] | null;
  /** Key into the Session's `shells`. */
  readonly shell: string;
  /** Working directory, umask and user when it started (also in the folded state; here for the reader). */
  readonly cwd: string;
  readonly umask: string;
  readonly identity: Identity;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** Exit status, 128 + signal when killed; null when it is not known (terminal closed while it ran). */
  readonly exit: number | null;
  /** Ended by ^C. */
  readonly interrupted: boolean;
  /** Ends asynchronously: the command line put a job into the background. */
  readonly background: boolean;
  /** This Step opened the nested shell(s) with these keys (`su - app`, `bash`). */
  readonly opened: readonly string[];
  readonly change: StateChange;
  readonly effect: Effect;
  /** Names of the secrets masked in this Step ("DB_PASSWORD", "argument 3"). */
  readonly secrets: readonly string[];
  readonly findings: readonly Finding[];
}

/** One shell of a Session: the first one or one started inside. */
export interface Shell {
  readonly key: string;
  /** Key of the shell it was started in; null for the first. */
  readonly parent: string | null;
  readonly kind: ShellKind;
  readonly identity: Identity;
  readonly login: boolean;
  /** State at its first prompt. */
  readonly state: ShellState;
}

/** The Steps of one sitting. */
export interface Session {
  /** "s1", "s2", … in the order of start. */
  readonly id: string;
  readonly startedAt: number;
  /** Null while it runs or when its recorder was killed. */
  readonly endedAt: number | null;
  readonly shells: Readonly<Record<string, Shell>>;
  readonly steps: readonly Step[];
}

/** A volume or bind of the container, as the engine names it. */
export interface Mount {
  readonly type: string;
  readonly destination: string;
  readonly source: string;
  readonly readOnly: boolean;
}

/** What the container and its image were, taken when the first Session opened. */
export interface ContainerRecord {
  readonly id: string;
  readonly name: string;
  readonly engineId: string;
  /** Reference as the user gave it ("debian:bookworm") and the image's id and repository digest. */
  readonly image: string;
  readonly imageId: string;
  readonly imageDigest: string | null;
  readonly hostName: string;
  readonly mounts: readonly Mount[];
  readonly imageConfig: ImageSettings;
  /** What the container was started with, where it differs from the image ("sleep infinity"). */
  readonly command: readonly string[] | null;
  readonly entrypoint: readonly string[] | null;
  readonly env: readonly string[];
  readonly user: string;
  readonly workdir: string;
  /** Ports published or exposed by the container, "80/tcp". */
  readonly ports: readonly string[];
}

/** What the person decided about the History (`history edit` and flags). */
export interface Choices {
  readonly keep: readonly string[];
  readonly drop: readonly string[];
  /** Step id to its new command text. */
  readonly rename: Readonly<Record<string, string>>;
  /** Step id to a comment above its instruction. */
  readonly annotate: Readonly<Record<string, string>>;
  /** Step ids or absolute paths that hold a secret. */
  readonly secret: readonly string[];
  readonly cmd: readonly string[] | null;
}

/** All Sessions of a container. */
export interface History {
  readonly container: ContainerRecord;
  readonly sessions: readonly Session[];
  readonly choices: Choices;
  /** What could not be read or kept: torn lines, contents beyond the limits. */
  readonly findings: readonly Finding[];
}
