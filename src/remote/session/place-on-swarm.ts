import { setTimeout as delay } from "node:timers/promises";
import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { listNodes, listTasks, ownNode, type SwarmNode } from "../../engine/swarm.ts";

/** Where a service's one container runs. */
export interface Placed {
  readonly containerId: string;
  readonly node: SwarmNode;
  /** The node is that of the manager that was asked. */
  readonly isManager: boolean;
}

export interface PlaceRequest {
  /** Id of a service with one container. */
  readonly service: string;
  readonly signal: AbortSignal;
  /** Hears what the Swarm does meanwhile, each state once. */
  readonly onState: (state: string) => void;
}

const WITHIN_MS = 300_000;
const LOOK_MS = 250;
const ENDED = new Set(["failed", "rejected", "complete", "shutdown", "orphaned"]);

/** Waits until the Swarm runs a service's container; throws `not-placed` with its reason. The service stays. */
export async function waitForPlace(manager: Engine, { service, signal, onState }: PlaceRequest): Promise<Placed> {
  let last = "";
  for (const until = Date.now() + WITHIN_MS; Date.now() < until; await delay(LOOK_MS, undefined, { signal })) {
    const [task] = await listTasks(manager, service);
    if (task === undefined) continue;
    const said = [task.state, task.error].filter((text) => text !== "").join(": ");
    if (said !== last) onState(said);
    last = said;
    if (ENDED.has(task.state)) throw notPlaced(said);
    if (task.state === "running" && task.container !== "") return await placeOf(manager, task.node, task.container);
  }
  throw notPlaced(`not within ${WITHIN_MS / 1000} s; the last was ${last === "" ? "no task at all" : last}`);
}

async function placeOf(manager: Engine, nodeId: string, containerId: string): Promise<Placed> {
  const node = (await listNodes(manager)).find(({ id }) => id === nodeId);
  if (node === undefined) throw notPlaced(`its node ${nodeId} is gone`);
  return { containerId, node, isManager: (await ownNode(manager)) === nodeId };
}

function notPlaced(why: string): CooperError {
  return new CooperError("not-placed", `the Swarm does not run the container: ${why}`, {
    hint: "See the words of its options (docker service create --help), and: docker node ls",
    exit: EXIT.engine,
  });
}
