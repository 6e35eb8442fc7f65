import { CooperError } from "../../../base/errors.ts";
import { EXIT } from "../../../base/exit-code.ts";
import { inspectContainer } from "../../../engine/container/container.ts";
import { openTunnel } from "../../../remote/forward/ssh-tunnel.ts";
import { sshAddress } from "../../../remote/session/engine-address.ts";
import { openSessionEngine, sharedWay } from "../../../remote/session/session-engine.ts";
import { ownContainer } from "../../../remote/session/own-container.ts";
import type { Session } from "../../../remote/session/session-record.ts";
import { forwardPort } from "../../../system/network/forward-port.ts";
import { escapeText } from "../../../terminal/escape-text.ts";
import type { VerbContext } from "../../context.ts";
import { chosenSession, type SessionChoice } from "./session.ts";

interface Ports {
  readonly near: number;
  readonly far: number;
}

/** `cooper dev forward`: ports of the container are ones of this machine until ^C. */
export async function devForward(context: VerbContext, texts: readonly string[], options: SessionChoice): Promise<number> {
  const pairs = texts.map(readPorts);
  const session = await chosenSession(context, options);
  const container = ownContainer(session);
  const engine = await openSessionEngine(session, context, sharedWay(session));
  const { name, networkSettings } = await inspectContainer(engine, container.id);
  if (networkSettings.ip === "") throw noAddress(name);
  const stopped = new Promise<void>((resolve) => context.signal.addEventListener("abort", () => resolve(), { once: true }));
  const open: OpenPort[] = [];
  try {
    for (const ports of pairs) {
      open.push(await openPort(context, session, { ...ports, address: networkSettings.ip }));
      await context.print(`127.0.0.1:${ports.near} is port ${ports.far} of ${escapeText(name)}; ^C ends it\n`);
    }
    await Promise.race([stopped, ...open.map(({ ended }) => ended)]);
  } finally {
    for (const one of open) one.close();
  }
  return EXIT.done;
}

interface OpenPort {
  /** Rejects when it broke. */
  readonly ended: Promise<void>;
  close(): void;
}

async function openPort({ env }: VerbContext, { record }: Session, wanted: Ports & { readonly address: string }): Promise<OpenPort> {
  const { near, far, address } = wanted;
  const host = sshAddress(record.engine.host);
  if (host !== null) return await openTunnel({ host, near, far: { address, port: far }, env });
  const { close } = await forwardPort({ port: near, to: { host: address, port: far } }).catch((error: unknown) => {
    throw portTaken(near, error);
  });
  return { close, ended: new Promise<void>(() => undefined) };
}

function readPorts(text: string): Ports {
  const match = /^(?:(\d{1,5}):)?(\d{1,5})$/.exec(text);
  const [near, far] = [Number(match?.[1] ?? match?.[2]), Number(match?.[2])];
  const isPort = (port: number): boolean => port >= 1 && port <= 65_535;
  if (!isPort(near) || !isPort(far)) {
    throw new CooperError("port-malformed", `${JSON.stringify(text)} is no port`, {
      hint: "cooper dev forward 8080, or 9000:80 (here:there)",
      exit: EXIT.usage,
    });
  }
  return { near, far };
}

function noAddress(name: string): CooperError {
  return new CooperError("container-without-address", `the container ${name} has no address of its own`, {
    hint: "It has no network, or that of its machine (then its ports are the machine's).",
    exit: EXIT.no,
  });
}

function portTaken(port: number, cause: unknown): CooperError {
  return new CooperError("port-taken", `port ${port} of this machine cannot be used`, {
    hint: "Name another one: cooper dev forward 9000:80",
    exit: EXIT.usage,
    cause,
  });
}
