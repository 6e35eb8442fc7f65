import type { Clock, RandomHex } from "../../base/clock.ts";
import type { Emit } from "../../base/events.ts";
import type { Mount } from "../../format/compose/mount.ts";
import type { Engine } from "../../engine/open-engine.ts";
import type { Plan } from "../plan/model.ts";
import type { ShipState } from "../units/ship-state.ts";
import type { UnitLock } from "./unit-lock.ts";

/**
 * The steps of a replacement, each written into the unit's journal before it is done. Before "keep", what was there comes back; from "keep"
 * on, the new one stays.
 */
export const REPLACE_STEPS = [
  "begin",
  "create",
  "stop-old",
  "set-aside",
  "take-name",
  "start-new",
  "accept",
  "keep",
  "remove-old",
  "go-back",
] as const;
export type ReplaceStep = (typeof REPLACE_STEPS)[number];

/** What the execution of plans works with. */
export interface Execution {
  readonly engine: Engine;
  readonly state: ShipState;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly randomHex: RandomHex;
}

/** What was made on the machine for a container: mounts that it gets besides its own. */
export interface PreparedMachine {
  readonly mounts: readonly Mount[];
  /** Takes back what only this container needs, where it will not be. */
  readonly release: () => Promise<void>;
}

export interface BringUpRequest {
  readonly plan: Plan;
  readonly lock: UnitLock;
  /** Carries out the steps of the plan that are the machine's: folders, files, secrets. */
  readonly prepare: (plan: Plan) => Promise<PreparedMachine>;
  /** "changed": leave a container alone that is just as planned and runs. */
  readonly when: "changed" | "always";
  /** Take the place of a container of that name that is none of this unit's. */
  readonly adopt?: boolean;
}

/** An instance that serves. */
export interface BroughtUp {
  readonly id: string;
  readonly name: string;
  /** "unchanged": it ran already; "started": there was none, or none that ran; "replaced": it took the place of one that ran. */
  readonly did: "unchanged" | "started" | "replaced";
  /** How it was seen to work. */
  readonly accepted: "health" | "port" | "stays-up" | "ran-already";
  /** Milliseconds in which neither the old nor the new one served. */
  readonly gapMs: number;
}

/** What `recover` found of work that had not ended, and did with it. */
export type Recovered = "nothing" | "back" | "forward";
