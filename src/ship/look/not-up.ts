import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import type { ContainerSummary } from "../../engine/container/container.ts";
import { containerOf, type Instance } from "./instance.ts";

/** The container of an instance; throws `instance-absent` where it has none. */
export function needContainer(instance: Instance, containers: readonly ContainerSummary[]): ContainerSummary {
  const container = containerOf(instance, containers);
  if (container !== null) return container;
  const { name, unit } = instance;
  throw new CooperError("instance-absent", `${unit ?? name} has no container${unit === null || unit === name ? "" : ` (${name})`}.`, {
    hint: `Start it: cooper up ${unit ?? name}`,
    exit: EXIT.no,
  });
}

/** The same, of an instance that runs; throws `instance-not-running` too. */
export function needRunning(instance: Instance, containers: readonly ContainerSummary[]): ContainerSummary {
  const container = needContainer(instance, containers);
  if (container.status === "running") return container;
  throw new CooperError("instance-not-running", `${container.name} does not run (${container.status}).`, {
    hint:
      container.status === "paused"
        ? `Let it go on: docker unpause ${container.name}`
        : `Start it: cooper up ${instance.unit ?? instance.name}`,
    exit: EXIT.no,
  });
}
