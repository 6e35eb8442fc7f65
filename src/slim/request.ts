import type { Emit } from "../base/events.ts";
import type { ContainerSpec } from "../engine/container/container-spec.ts";
import type { Spool } from "../system/store/spool.ts";
import type { Trace } from "../trace/protocol.ts";
import type { SensorMode } from "../trace/sensor-mode.ts";
import type { AskedToKeep } from "./inspect/asked-paths.ts";
import type { Output } from "./output/output.ts";
import type { ImageChanges } from "./pack/image-changes.ts";
import type { CloseOptions, Kept, LevelPrice } from "./closure/close.ts";
import type { Pending } from "./pending.ts";
import type { ExercisePlan } from "./exercise/plan.ts";

/** An exercise as the user gave it. */
export interface UserExercise extends Omit<ExercisePlan, "command" | "health"> {
  /** Commands of the host, each run against a container of its own. */
  readonly commands: readonly string[];
}

/** What a user asks of `cooper slim`. */
export interface SlimRequest {
  readonly image: string;
  /** How a person calls it: its reference, or the container that it stands for. */
  readonly name: string;
  /** At least one. */
  readonly tags: readonly string[];
  /** False: the result does not stay in the engine. */
  readonly isTagged: boolean;
  readonly outputs: readonly Output[];
  /** Where a seccomp profile of the calls that are made is written; null: none is. */
  readonly seccompFile: string | null;
  readonly proposesReadOnly: boolean;
  /** Folder for the artifacts; null: none are kept. */
  readonly artifacts: string | null;
  readonly exercise: UserExercise;
  readonly signal: AbortSignal;
  readonly options: CloseOptions;
  readonly asked: AskedToKeep;
  readonly changes: ImageChanges;
  /** Set-user-id and set-group-id bits do not stay. */
  readonly dropsSetuid: boolean;
  readonly mode: SensorMode | "auto";
  /** The image may have the sensor's capabilities near it. */
  readonly isTrusted: boolean;
  /** Traces of earlier runs, merged with this one's. */
  readonly traces: readonly Trace[];
  /** Label of what is made for this run alone. */
  readonly run: string;
  readonly sensor: Uint8Array;
  readonly maxRepairs: number;
  readonly container: Partial<ContainerSpec>;
}

/** What was found out of an image. */
export interface ImageStudy {
  readonly originalId: string;
  readonly originalBytes: number;
  readonly trace: Trace;
  readonly kept: Kept;
  /** Targets of the links among what is kept. */
  readonly links: Readonly<Record<string, string>>;
  /** What each keep level costs. */
  readonly prices: readonly LevelPrice[];
}

/** What lets an image do less, each tried out by the exercise. */
export interface Hardening {
  /** The seccomp profile's file. */
  readonly seccomp: string | null;
  /** Options of `docker run` for a read-only root. */
  readonly readOnly: readonly string[] | null;
}

/** A small image that passed. */
export interface SlimResult extends ImageStudy {
  readonly imageId: string;
  readonly hardening: Hardening;
  readonly slimBytes: number;
  /** Paths that the closure had not named and a failed proof did. */
  readonly repairs: readonly string[];
  readonly seconds: Readonly<Record<string, number>>;
}

/** Where bytes are put aside, and who hears of the progress. */
export interface Surroundings {
  readonly spool: Spool;
  readonly pending: Pending;
  readonly emit: Emit;
}
