import { isCooperError } from "../../base/errors.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { inspectNetwork, removeNetwork } from "../../engine/network.ts";
import { removeVolume } from "../../engine/volume.ts";
import type { Plan, PlannedContainer } from "../plan/model.ts";
import { namespaceOf } from "../settings/modes.ts";
import { stopAndRemove } from "./back-and-forward.ts";
import { namesake } from "./bring-up.ts";
import type { Execution } from "./model.ts";
import { recover } from "./recover.ts";
import type { UnitLock } from "./unit-lock.ts";

/** The names of an instance, of its plan or, where none can be made, of its settings. */
export interface InstanceNames extends Pick<Plan, "unit" | "mode"> {
  readonly container: Pick<PlannedContainer, "name" | "networks" | "mounts">;
}

interface TakeDownRequest {
  readonly plan: InstanceNames;
  readonly lock: UnitLock;
  /** Remove the named volumes of an instance beside production too; production's are never removed. */
  readonly volumes?: boolean;
}

/** What was taken away. */
export interface TakenDown {
  readonly container: string | null;
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
}

/** Stops and removes the container of a plan and its own networks that nobody else is on. A container of that name that is another's stays. */
export async function takeDown(execution: Execution, { plan, lock, volumes = false }: TakeDownRequest): Promise<TakenDown> {
  const { engine } = execution;
  await recover(execution, lock);
  const found = await namesake(engine, plan.container.name);
  const container = found !== null && found.config.labels["cooper.unit"] === plan.unit ? found : null;
  if (container !== null) await stopAndRemove(engine, container.id);
  const networks: string[] = [];
  for (const { name } of plan.container.networks) {
    if (isOwn(plan, name) && (await removeOwnNetwork(engine, name, plan.unit))) networks.push(name);
  }
  const own = volumes && plan.mode !== "prod" ? ownVolumes(plan) : [];
  for (const name of own) await removeVolume(engine, name);
  return { container: container?.name ?? null, networks, volumes: own };
}

function ownVolumes(plan: InstanceNames): readonly string[] {
  return plan.container.mounts.flatMap(({ type, source }) => (type === "volume" && source !== null && isOwn(plan, source) ? [source] : []));
}

/** True for a name that only this instance's things have: what has a name of its own may be shared with other units, or be production's. */
export function isOwn({ mode, unit }: Pick<InstanceNames, "mode" | "unit">, name: string): boolean {
  const namespace = namespaceOf(unit, mode);
  return name === namespace || name.startsWith(`${namespace}_`);
}

async function removeOwnNetwork(engine: Engine, name: string, unit: string): Promise<boolean> {
  try {
    const { labels, id } = await inspectNetwork(engine, name);
    if (labels["cooper.unit"] !== unit) return false;
    await removeNetwork(engine, id);
    return true;
  } catch (error) {
    if (isCooperError(error) && (error.code === "network-unknown" || error.code === "network-in-use")) return false;
    throw error;
  }
}
