import type { RunResult } from "../../engine/stream/exec.ts";

/** A container that a person is to use. */
export interface ToBeUsed {
  readonly name: string;
  readonly hasTerminal: boolean;
  /** Where the published ports are reached. */
  readonly addresses: readonly string[];
}

/** What is done with a container so that its program shows what it needs. */
export interface ExercisePlan {
  /** A command of the host, run by `sh -c`, with the COOPER_* variables; null: none. */
  readonly command: string | null;
  /** Commands that run inside, each as its words. */
  readonly inside: readonly (readonly string[])[];
  /** Greet every port in its protocol, and crawl what speaks HTTP. */
  readonly hasProbes: boolean;
  /** Ready is not before this command of the image's health check ends with 0; null without one. */
  readonly health: readonly string[] | null;
  /** Comes back when the person has done what they wanted; null: nobody is waited for. */
  readonly wait: ((container: ToBeUsed) => Promise<void>) | null;
  /** Standard input of the program; null: none. */
  readonly stdin: Uint8Array | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How long readiness and each command may take, in ms. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** How one run of it differs: on which image, and with or without the sensor. */
export interface ExerciseRun extends ExercisePlan {
  /** Reference of the original, id of a small image, for COOPER_IMAGE. */
  readonly image: string;
  /** The image that the others are compared with: it is asked twice, so that what changes by itself is known, and stopped by its signal. */
  readonly isOriginal: boolean;
  /** It is known to stay: it does not have to end, whatever it lacks to wait for. */
  readonly isService: boolean;
  readonly stopSignal: string | null;
  readonly runInside: (id: string, argv: readonly string[]) => Promise<RunResult>;
}

/** One thing asked and what came back; `body` is null where nothing is to be compared. */
export interface Answer {
  readonly question: string;
  readonly answer: string;
  readonly body: string | null;
}

export interface ExerciseResult {
  readonly isPassed: boolean;
  /** It was ready once, and did not end by itself. */
  readonly isService: boolean;
  /** What went wrong, in one line; empty when passed. */
  readonly why: string;
  /** What the commands printed. */
  readonly output: string;
  /** The last lines of the container's own output. */
  readonly logs: string;
  /** To be the same of both images. */
  readonly answers: readonly Answer[];
}
