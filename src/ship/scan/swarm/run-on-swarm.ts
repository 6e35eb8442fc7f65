import { setTimeout as delay } from "node:timers/promises";
import { CooperError, messageOf } from "../../../base/errors.ts";
import type { Engine } from "../../../engine/open-engine.ts";
import {
  createGlobalService,
  createSecret,
  listNodes,
  listTasks,
  removeSecret,
  removeService,
  type ServiceLine,
  serviceLines,
  type SwarmNode,
  type SwarmTask,
} from "../../../engine/swarm.ts";
import type { InstanceRules } from "../allow/unit-instance.ts";
import type { ScanRequest } from "../pipeline.ts";
import { openFrames } from "./frames.ts";
import { type NodeMessage, type NodeTask, parseMessage, rawRules, rawUnits } from "./messages.ts";
import { NODE_HOST, RUN_LABEL } from "./scan-node.ts";

/** Asked of a Swarm. */
export interface SwarmRequest {
  readonly scan: ScanRequest;
  /** What the settings of units say of the containers on the nodes. */
  readonly units: readonly InstanceRules[];
  /** The image that has cooper; every node has it or can pull it. */
  readonly image: string;
  /** Path of the engine's socket on the nodes; may be a template of the Swarm. */
  readonly socket: string;
  /** Words that no other run has: the key of the lines (32 bytes, hexadecimal), and the run's name. */
  readonly key: string;
  readonly run: string;
}

/** What came of one node. */
export interface NodeResult {
  readonly name: string;
  readonly messages: readonly NodeMessage[];
  /** Why there is nothing, or not all; null when all is there. */
  readonly missing: string | null;
  /** Lines that were not sealed with the run's key. */
  readonly refused: number;
}

const WITHIN_MS = 30 * 60_000;
const LINES_WITHIN_MS = 20_000;
const REMOVED_WITHIN_MS = 60_000;
const PAUSE_MS = 300;
/** Lines of a failed task that are told. */
const MOST_SAID = 3;
const ENDED: ReadonlySet<string> = new Set(["complete", "failed", "rejected", "shutdown", "orphaned", "remove"]);
const CAPABILITIES = ["CAP_SYS_ADMIN", "CAP_SYS_PTRACE", "CAP_DAC_READ_SEARCH"];

/** Scans on every node of a Swarm by a service of ours, and gathers what the nodes found; nothing of it stays. Throws `swarm-missing`. */
export async function scanSwarm(engine: Engine, request: SwarmRequest): Promise<readonly NodeResult[]> {
  const nodes = await listNodes(engine);
  const names = nodeNames(nodes);
  const secret = { name: request.run, id: await createSecret(engine, request.run, JSON.stringify(taskOf(request, names))) };
  try {
    const service = await createGlobalService(engine, serviceOf(request, secret));
    try {
      const tasks = await waitForTasks(engine, service, { nodes, signal: request.scan.signal });
      return await readResults(engine, service, { request, nodes, names, tasks });
    } finally {
      await removeService(engine, service);
    }
  } finally {
    await removeSecretLater(engine, secret.id);
  }
}

/** Host names where they tell the nodes apart. */
function nodeNames(nodes: readonly SwarmNode[]): ReadonlyMap<string, string> {
  const isOnly = (name: string): boolean => nodes.filter(({ hostName }) => hostName === name).length === 1;
  return new Map(nodes.map(({ id, hostName }) => [id, isOnly(hostName) ? hostName : `${hostName}-${id.slice(0, 12)}`]));
}

function taskOf({ scan, units, key, run }: SwarmRequest, names: ReadonlyMap<string, string>): NodeTask {
  const { all, isQuick, hasMounts, report, today, rules } = scan;
  return {
    key,
    run,
    all,
    isQuick,
    hasMounts,
    report,
    today,
    names: [...scan.names],
    rules: rules.map(rawRules),
    units: rawUnits(units),
    nodeNames: Object.fromEntries(names),
  };
}

function serviceOf(
  { image, socket, run }: SwarmRequest,
  secret: { readonly id: string; readonly name: string },
): Parameters<typeof createGlobalService>[1] {
  return {
    name: run,
    image,
    args: ["scan-node", secret.name],
    env: ["COOPER_NODE={{.Node.ID}}"],
    capabilities: CAPABILITIES,
    mounts: [
      { source: "/", target: NODE_HOST.root, readOnly: true },
      { source: "/proc", target: NODE_HOST.proc, readOnly: true },
      { source: socket, target: "/var/run/docker.sock", readOnly: false },
    ],
    secret,
    labels: { [RUN_LABEL]: run },
  };
}

interface Waiting {
  readonly nodes: readonly SwarmNode[];
  readonly signal: AbortSignal;
}

async function waitForTasks(engine: Engine, service: string, { nodes, signal }: Waiting): Promise<readonly SwarmTask[]> {
  const expected = nodes.filter(isAble);
  const end = performance.now() + WITHIN_MS;
  for (;;) {
    const tasks = await listTasks(engine, service);
    const isDone = expected.every(({ id }) => tasks.some(({ node, state }) => node === id && ENDED.has(state)));
    if (isDone || performance.now() > end) return tasks;
    await delay(PAUSE_MS, undefined, { signal });
  }
}

function isAble({ state, availability }: SwarmNode): boolean {
  return state === "ready" && availability === "active";
}

interface Reading {
  readonly request: SwarmRequest;
  readonly nodes: readonly SwarmNode[];
  readonly names: ReadonlyMap<string, string>;
  readonly tasks: readonly SwarmTask[];
}

/** The last lines may come a moment after the end. */
async function readResults(engine: Engine, service: string, reading: Reading): Promise<readonly NodeResult[]> {
  const end = performance.now() + LINES_WITHIN_MS;
  for (;;) {
    const lines = await serviceLines(engine, service, reading.request.scan.signal);
    const results = reading.nodes.map((node) => {
      const own = lines.filter((line) => line.node === node.id);
      return resultOf(node, own, reading);
    });
    const isLate = (result: NodeResult, node: SwarmNode | undefined): boolean =>
      result.missing !== null && reading.tasks.some((task) => task.node === node?.id && task.state === "complete");
    const late = results.some((result, index) => isLate(result, reading.nodes[index]));
    if (!late || performance.now() > end) return results;
    await delay(PAUSE_MS, undefined, { signal: reading.request.scan.signal });
  }
}

function resultOf(node: SwarmNode, lines: readonly ServiceLine[], { request: { key, run }, names, tasks }: Reading): NodeResult {
  const name = names.get(node.id) ?? node.id;
  const task = tasks.find((one) => one.node === node.id);
  const { messages, isWhole, refused } = openFrames(textsOf(lines, "stdout"), { key, run, node: node.id });
  if (isWhole) return { name, messages: messages.map(parseMessage), missing: null, refused };
  return { name, messages: [], missing: [whyMissing(node, task), ...textsOf(lines, "stderr").slice(0, MOST_SAID)].join("; "), refused };
}

function textsOf(lines: readonly ServiceLine[], stream: ServiceLine["stream"]): readonly string[] {
  return lines.filter((line) => line.stream === stream).map(({ text }) => text);
}

function whyMissing(node: SwarmNode, task: SwarmTask | undefined): string {
  if (!isAble(node)) return `the node is ${node.state}, ${node.availability}`;
  if (task === undefined) return "the Swarm gave it no task";
  return task.state === "complete" ? "its lines did not come, or not all" : `its task is ${task.state}: ${task.error}`;
}

/** A secret is in use until the service's tasks are gone. */
async function removeSecretLater(engine: Engine, id: string): Promise<void> {
  const end = performance.now() + REMOVED_WITHIN_MS;
  for (;;) {
    try {
      return await removeSecret(engine, id);
    } catch (error) {
      if (performance.now() > end) {
        throw new CooperError("swarm-left-over", `The Swarm's secret ${id} could not be removed: ${messageOf(error)}`, {
          hint: "Remove it: docker secret rm ID",
        });
      }
      await delay(PAUSE_MS);
    }
  }
}
