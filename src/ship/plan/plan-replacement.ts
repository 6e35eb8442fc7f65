import { CooperError } from "../../base/errors.ts";
import type { UnitSettings } from "../settings/layer.ts";
import type { PlannedContainer, Replacement } from "./model.ts";

const STAYS_UP_MS = 5000;

/** How a running instance makes room for the new one; throws `start-first-impossible`. */
export function planReplacement(container: PlannedContainer, { cooper, name }: UnitSettings): Replacement {
  const { strategy = "auto", deadline = null, stay_up: stayUpMs = STAYS_UP_MS } = cooper.release ?? {};
  const times = { deadlineMs: deadline, stayUpMs };
  if (strategy === "stop-first") return { ...times, strategy, because: "the settings say so" };
  const alone = whyAlone(container);
  if (alone !== null && strategy === "start-first") {
    throw new CooperError("start-first-impossible", `${name} cannot run twice at once: ${alone}.`, {
      hint: "Take release.strategy under x-cooper away, or what stands against it.",
    });
  }
  const risk = strategy === "auto" ? whyRisky(container) : null;
  const because = alone ?? risk;
  return because === null ? { ...times, strategy: "start-first", because: null } : { ...times, strategy: "stop-first", because };
}

/** What two containers cannot have at once. */
function whyAlone({ ports, networks }: PlannedContainer): string | null {
  const port = ports.find(({ published }) => published !== null);
  if (port !== undefined) return `the port ${port.published} of the host can be had once`;
  const network = networks.find(({ address, name }) => address !== null || name === "host" || name.startsWith("container:"));
  if (network === undefined) return null;
  return network.address === null ? `both would be in the network of ${network.name}` : `the address ${network.address} can be had once`;
}

/** What two programs at once may spoil. */
function whyRisky({ mounts, devices = [] }: PlannedContainer): string | null {
  const shared = mounts.find(({ type, source, read_only: isReadOnly }) => type !== "tmpfs" && source !== null && !isReadOnly);
  if (shared !== undefined) return `both would write to ${shared.source ?? ""}`;
  return devices[0] === undefined ? null : `both would use ${devices[0]}`;
}
