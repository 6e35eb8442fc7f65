import { CooperError, isCooperError, messageOf } from "../../../base/errors.ts";
import { EXIT } from "../../../base/exit-code.ts";
import { inspectContainer } from "../../../engine/container/container.ts";
import type { Engine } from "../../../engine/open-engine.ts";
import { listNodes, removeService } from "../../../engine/swarm.ts";
import { runDocker } from "../../../remote/link/docker-there.ts";
import { bindContainer } from "../../../remote/session/attach-container.ts";
import { NODE_ADDRESS, nodeAddress } from "../../../remote/session/node-address.ts";
import { type Placed, waitForPlace } from "../../../remote/session/place-on-swarm.ts";
import { openSessionEngine } from "../../../remote/session/session-engine.ts";
import type { Session } from "../../../remote/session/session-record.ts";
import { escapeText } from "../../../terminal/escape-text.ts";
import type { VerbContext } from "../../context.ts";
import { sayReady } from "./session.ts";

/** A terminal keeps a shell that the image starts alive; a container that has ended is not made anew elsewhere, without what was done in it. */
const DEFAULTS = ["--detach", "--no-resolve-image", "--tty", "--replicas", "1", "--restart-condition", "none"] as const;

interface Wanted {
  /** Those of `docker service create`: options, image and command. */
  readonly words: readonly string[];
  /** Address of a node's engine, as a template. */
  readonly node: string | undefined;
}

/** `cooper dev run --swarm`: an existing Swarm places the container, and the session goes to its node. */
export async function runOnSwarm(context: VerbContext, session: Session, { words, node = NODE_ADDRESS }: Wanted): Promise<number> {
  nodeAddress(node, { id: "", hostName: "", address: "" });
  const manager = await openSessionEngine(session, context);
  await listNodes(manager);
  const { service, placed } = await placeKept(context, { session, manager, words });
  const own = session.record.engine;
  const engine = placed.isManager ? own : { host: nodeAddress(node, placed.node), context: null };
  const there = { ...session, record: { ...session.record, engine, service: { id: service, manager: own } } };
  const bound = await bind(context, there, placed).catch(async (error: unknown) => {
    await removeService(manager, service);
    throw error;
  });
  await context.print(`placed on the node ${escapeText(placed.node.hostName)}\n`);
  await sayReady(context, bound);
  return 0;
}

async function bind(context: VerbContext, there: Session, { containerId, node }: Placed): Promise<Session> {
  const engine = await openSessionEngine(there, context).catch((cause: unknown) => {
    const where = `${node.hostName} (${there.record.engine.host ?? ""})`;
    throw new CooperError("node-unreachable", `the Swarm placed the container on ${where}, which cannot be reached: ${messageOf(cause)}`, {
      hint: "Tell how nodes are reached: --node 'ssh://me@{{.Node.Hostname}}', or hold it elsewhere: --constraint node.hostname==NAME",
      exit: EXIT.engine,
      cause,
    });
  });
  return await bindContainer(there, await inspectContainer(engine, containerId), true);
}

interface Placing {
  readonly session: Session;
  readonly manager: Engine;
  readonly words: readonly string[];
}

interface PlacedService {
  readonly service: string;
  readonly placed: Placed;
}

// An image of a system alone has no command: then the container waits for what is done in it.
async function placeKept(context: VerbContext, placing: Placing): Promise<PlacedService> {
  try {
    return await place(context, placing);
  } catch (error) {
    if (!isCooperError(error) || !/no command specified/iu.test(error.message)) throw error;
    context.progress.emit({ kind: "progress", text: "the image has no command: the container waits (sleep infinity)" });
    return await place(context, { ...placing, words: ["--init", ...placing.words, "sleep", "infinity"] });
  }
}

async function place(context: VerbContext, { session, manager, words }: Placing): Promise<PlacedService> {
  const label = ["--label", `cooper.session=${session.record.name}`];
  const said = await runDocker(session, context, ["service", "create", ...DEFAULTS, ...label, ...words]);
  const service = said.trim().split("\n").at(-1) ?? "";
  const onState = (state: string): void => context.progress.emit({ kind: "progress", text: `the Swarm: ${state}` });
  try {
    return { service, placed: await waitForPlace(manager, { service, signal: context.signal, onState }) };
  } catch (error) {
    await removeService(manager, service);
    throw error;
  }
}
