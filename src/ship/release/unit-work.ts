import type { Execution, PreparedMachine } from "../execute/model.ts";
import { makePlan } from "../plan/make-plan.ts";
import type { Plan } from "../plan/model.ts";
import type { Place } from "../provision/place.ts";
import { prepareMachine } from "../provision/prepare-machine.ts";
import type { Mode } from "../settings/modes.ts";
import type { UnitSettings } from "../settings/layer.ts";
import { resolveSettings } from "../settings/resolve.ts";
import type { UnitFolder } from "../units/find-unit.ts";
import { gatherFacts } from "../units/gather-facts.ts";
import type { Host, Surroundings } from "../units/load-host.ts";
import { loadUnit, type UnitRequest } from "../units/load-unit.ts";

/** A unit, and all that is needed to work on it at an engine. */
export interface UnitWork {
  readonly execution: Execution;
  readonly unit: UnitFolder;
  readonly host: Host;
  readonly around: Surroundings;
  readonly set: UnitRequest["set"];
  /** Where instances with these settings are made. */
  readonly place: (settings: UnitSettings) => Place;
}

/** The unit's settings in one mode. */
export async function settingsOf({ unit, host, around, set }: UnitWork, mode: Mode): Promise<UnitSettings> {
  return resolveSettings(await loadUnit(unit, host, { around, mode, set }));
}

/**
 * The settings of a test instance that is like production's: the settings of production, in the namespace of tests. What production writes to
 * it gets as `prod_ready` says, else as `test` does.
 */
export async function prodReadySettings(work: UnitWork): Promise<UnitSettings> {
  const settings = await settingsOf(work, "prod");
  const mounts = Object.entries(settings.cooper.mounts ?? {}).map(([target, rules]) => {
    const policy = rules.prod_ready ?? rules.test;
    return [target, policy === undefined ? rules : { ...rules, test: policy }] as const;
  });
  const isTheirs = new Set([...settings.ownKeys].filter((key) => key !== "networks" && key !== "network_mode" && key !== "hostname"));
  return { ...settings, mode: "test", cooper: { ...settings.cooper, mounts: Object.fromEntries(mounts) }, ownKeys: isTheirs };
}

/** What an instance with these settings needs of the engine; made of exactly this image where one is given. */
export async function planOf(work: UnitWork, settings: UnitSettings, image: string | null): Promise<Plan> {
  const { host, around, execution } = work;
  const plan = makePlan(settings, await gatherFacts(execution.engine, settings, { host, around }));
  return image === null ? plan : { ...plan, image: { ...plan.image, id: image } };
}

/** Makes folders, files and secrets ready for an instance with these settings. */
export function preparing({ place }: UnitWork, settings: UnitSettings): (plan: Plan) => Promise<PreparedMachine> {
  return (plan) => prepareMachine(plan, place(settings));
}
