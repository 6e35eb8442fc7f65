import type { Emit } from "../../base/events.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { pullImage } from "../../engine/image/pull-image.ts";
import type { Execution, PreparedMachine } from "../../ship/execute/model.ts";
import { type UnitLock, withUnitLock } from "../../ship/execute/unit-lock.ts";
import { makePlan } from "../../ship/plan/make-plan.ts";
import type { Plan } from "../../ship/plan/model.ts";
import { prepareMachine } from "../../ship/provision/prepare-machine.ts";
import { imageNamesToSeek } from "../../ship/release/image-names.ts";
import type { UnitSettings } from "../../ship/settings/layer.ts";
import { gatherFacts } from "../../ship/units/gather-facts.ts";
import type { Host } from "../../ship/units/load-host.ts";
import { shipState } from "../../ship/units/ship-state.ts";
import type { VerbContext } from "../context.ts";
import { machinePlace } from "./machine-place.ts";
import { surroundings } from "../words/unit-options.ts";

interface UnitWorkParts {
  readonly context: VerbContext;
  readonly engine: Engine;
  readonly settings: UnitSettings;
  readonly host: Host;
  readonly emit: Emit;
  /** Name of the verb, as others see it in the lock. */
  readonly verb: string;
}

/** What a verb has in hand for one unit on one engine. */
export class UnitWork {
  readonly context: VerbContext;
  readonly engine: Engine;
  readonly settings: UnitSettings;
  readonly host: Host;
  readonly execution: Execution;
  readonly #verb: string;

  constructor({ context, engine, settings, host, emit, verb }: UnitWorkParts) {
    this.context = context;
    this.engine = engine;
    this.settings = settings;
    this.host = host;
    this.#verb = verb;
    const { signal, clock, randomHex } = context;
    this.execution = { engine, state: shipState(host.state, engine), emit, signal, clock, randomHex };
  }

  /** The plan as things stand now. */
  async plan(settings: UnitSettings = this.settings): Promise<Plan> {
    const around = surroundings(this.context);
    return makePlan(settings, await gatherFacts(this.engine, settings, { host: this.host, around }));
  }

  /** The plan of an instance that is to run: an image that is not built here is pulled where the engine does not have it. Throws `image-not-pulled`. */
  async planToRun(): Promise<Plan> {
    const plan = await this.plan();
    const { id, reference } = plan.image;
    const { service, isImageNamed } = this.settings;
    const isOurs = service.build !== undefined || !isImageNamed || reference === imageNamesToSeek(this.settings)?.live;
    if (id !== null || isOurs) return plan;
    this.execution.emit({ kind: "progress", text: `pulling ${reference}` });
    await pullImage(this.engine, reference, this.context.signal);
    return this.plan();
  }

  /** Carries out what a plan asks of the machine; the plan must be of the same settings. */
  readonly prepare = async (plan: Plan, settings: UnitSettings = this.settings): Promise<PreparedMachine> => {
    const place = machinePlace(this.context, this.engine, { settings, host: this.host });
    return prepareMachine(plan, { ...place, emit: this.execution.emit });
  };

  /** Runs `use` while nobody else works on the unit. */
  locked<T>(use: (lock: UnitLock) => Promise<T>): Promise<T> {
    const unit = this.settings.name;
    return withUnitLock(this.execution, { unit, purpose: `${this.#verb} ${unit}` }, use);
  }
}
