import type { Finding } from "../base/finding.ts";
import type { DebconfAnswer } from "../format/package-database/change.ts";
import type { Entry, Tree } from "../format/tree/entry.ts";
import type { History, Shell, ShellState, Step } from "../history/model.ts";

export type Builder = "classic" | "buildkit";

/** Something a Verdict found that commands did not reproduce; the Draft carries it at its end. */
export interface Repair {
  readonly path: string;
  /** What the path must be; null: it must not be there. `hash` names a content of the store. */
  readonly entry: Entry | null;
  readonly why: string;
}

export interface DraftOptions {
  readonly builder: Builder;
  /** The builder reads here-documents (BuildKit of Docker 23 and newer does); taken for true where it is not said. */
  readonly hereDocuments?: boolean;
  /** `auto`: compile-only work becomes a build stage where the Effects prove it safe. */
  readonly stages: "auto" | "never";
  /** FROM with the digest instead of the tag. */
  readonly pin: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly maintainer: string | null;
  /** NAME to file on the host: secret mounts (BuildKit). */
  readonly secrets: Readonly<Record<string, string>>;
  readonly repairs: readonly Repair[];
}

/** All that `makeDraft` sees; the same input gives the same bytes. */
export interface DraftInput {
  readonly history: History;
  /** The image's own tree with hashes; null when the image is gone. */
  readonly base: Tree | null;
  /** Text of a kept content (at most 1 MiB, valid UTF-8), null where it is not there or not text. */
  readonly readText: (hash: string) => string | null;
  readonly options: DraftOptions;
}

/** A Step with the state its shell had before and after it, in the order of start. */
export interface TimedStep {
  readonly step: Step;
  readonly shell: Shell | null;
  readonly before: ShellState | null;
  readonly after: ShellState | null;
}

export interface Timeline {
  readonly steps: readonly TimedStep[];
  /** Last known state of every path that some Step changed (null: not there), and the base's for comparison. */
  readonly final: ReadonlyMap<string, Entry | null>;
  /** What the same paths are in the base image (null: not there). */
  readonly base: ReadonlyMap<string, Entry | null>;
}

/** A path whose final (or at-that-Step) state the Draft brings as a file of the context, a directory, link or deletion. */
export interface CarriedPath {
  readonly path: string;
  readonly entry: Entry | null;
  /** The file is there with its content already: only its mode and owner are set. */
  readonly isThere?: true;
  /** What the image has there before; absent: what the base has. */
  readonly was?: Entry | null;
}

export type Fate =
  /** Its text becomes (part of) a RUN. */
  | "run"
  /** Its results are brought by COPY and the like. */
  | "carry"
  /** Nothing of it is needed. */
  | "drop";

export interface SelectedStep {
  readonly timed: TimedStep;
  readonly fate: Fate;
  readonly why: string;
  readonly carried: readonly CarriedPath[];
  /** Lines for `debconf-set-selections` before its package command. */
  readonly preseed: readonly DebconfAnswer[];
  /** A `run` Step whose command must be replaced (a person's rename, a background job brought to the front): the text to use. */
  readonly text: string | null;
  /** `run` Steps with the same word must share one RUN, from the first to the last: they need a service that one of them starts. */
  readonly together: string | null;
}

/**
 * Steps that can run in a build stage: they install tools, use them and remove them without a rest. The stage starts from all that
 * the kept Steps before its first one made, and so does the image: they do not use each other's Steps, but for the outputs.
 */
export interface BuildStage {
  /** In their order; each is a `run` or `carry` Step of the Selection. */
  readonly steps: readonly string[];
  /** Absolute paths that they leave and that the image copies from the stage. */
  readonly outputs: readonly string[];
}

/** A Finding that holds unless its Step runs with a secret from a mount. */
export interface UnmountedFinding {
  readonly step: string;
  readonly finding: Finding;
}

export interface Selection {
  readonly steps: readonly SelectedStep[];
  readonly findings: readonly Finding[];
  /** What a secret's absence means, unless its Step runs with the secret from a mount. */
  readonly unmounted: readonly UnmountedFinding[];
  /** Paths that hold a secret and are not carried. */
  readonly secretPaths: readonly string[];
  /** Null where no Steps are proven to be needed for a build alone. */
  readonly stage: BuildStage | null;
}

/** What the built image should run and show. */
export interface Service {
  readonly cmd: readonly string[] | null;
  /** Why this one, for `--explain`; the Steps it came from. */
  readonly why: string;
  readonly steps: readonly string[];
  readonly user: string | null;
  readonly workdir: string | null;
  /** "80/tcp" */
  readonly expose: readonly string[];
  readonly stopSignal: string | null;
  /** Whole instructions proposed as comments ("VOLUME /var/lib/postgresql/15/main"). */
  readonly proposals: readonly string[];
}

export type InstructionName =
  | "FROM"
  | "RUN"
  | "COPY"
  | "ADD"
  | "ENV"
  | "WORKDIR"
  | "USER"
  | "SHELL"
  | "EXPOSE"
  | "CMD"
  | "ENTRYPOINT"
  | "STOPSIGNAL"
  | "LABEL"
  | "ARG";

export interface Instruction {
  readonly name: InstructionName;
  /** The whole instruction as printed, lines joined by newlines, none at the end. */
  readonly text: string;
  /** Comment lines above it, without "# ". */
  readonly comments: readonly string[];
  readonly steps: readonly string[];
  readonly why: string;
  /** True for what `--repair` put in. */
  readonly isRepair: boolean;
}

/** A file of the build context. `content` by hash of the store, or as a text made here. */
export interface ContextFile {
  /** Relative to the context's root, no "..", "/" as separator. */
  readonly path: string;
  readonly content:
    | { readonly hash: string }
    | { readonly text: string }
    | { readonly link: string }
    | { readonly directory: true }
    /** A tar archive with this one file, at its target. */
    | { readonly archived: Entry };
  readonly mode: number;
  /** The path in the image it is for. */
  readonly target: string;
}

/** A Step of which nothing is in the Draft, and why. */
export interface DroppedStep {
  readonly step: string;
  readonly why: string;
}

export interface Draft {
  readonly instructions: readonly Instruction[];
  readonly dockerfile: string;
  readonly dockerignore: string;
  readonly context: readonly ContextFile[];
  readonly dropped: readonly DroppedStep[];
  readonly secretPaths: readonly string[];
  readonly findings: readonly Finding[];
  readonly service: Service;
}
