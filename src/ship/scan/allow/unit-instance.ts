import type { ContainerInfo } from "../../../engine/container/container.ts";
import { type Mode, MODES } from "../../settings/modes.ts";
import type { UnitRules } from "./rules.ts";

/** What the settings of a unit say of the scan of its instances of one mode. */
export interface InstanceRules {
  readonly unit: string;
  readonly mode: Mode;
  readonly rules: UnitRules;
}

/** What of a container tells whose it is. */
export interface LabelledContainer {
  readonly name: string;
  readonly config: Pick<ContainerInfo["config"], "labels">;
}

/**
 * The names that a container's unit may have, the best first: by the label that it was made with; else its own name, and those of the Swarm's service
 * that it is a task of, with the stack before it and without.
 */
export function unitNamesOf({ name, config: { labels } }: LabelledContainer): readonly string[] {
  const label = labels["cooper.unit"];
  if (label !== undefined) return [label];
  const service = labels["com.docker.swarm.service.name"];
  if (service === undefined) return [name];
  const stack = `${labels["com.docker.stack.namespace"] ?? ""}_`;
  return [name, service, ...(service.startsWith(stack) ? [service.slice(stack.length)] : [])];
}

/** Which of its unit's instances a container is. */
export function modeOf({ config: { labels } }: LabelledContainer): Mode {
  return MODES.find((mode) => mode === labels["cooper.mode"]) ?? "prod";
}

/** What the settings of a container's unit say; null for one that is no unit's. */
export function rulesOfInstance(all: readonly InstanceRules[], container: LabelledContainer): UnitRules | null {
  const mode = modeOf(container);
  const found = unitNamesOf(container).map((name) => all.find((one) => one.unit === name && one.mode === mode));
  return found.find((one) => one !== undefined)?.rules ?? null;
}
