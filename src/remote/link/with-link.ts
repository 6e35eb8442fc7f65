import type { Engine } from "../../engine/open-engine.ts";
import { openSessionEngine, sharedWay } from "../session/session-engine.ts";
import type { Session } from "../session/session-record.ts";
import { sshAddress } from "../session/engine-address.ts";
import { answeringLink } from "./answering-link.ts";
import { openEngineSocket } from "./engine-socket.ts";
import { type Link, NEAR_LINK } from "./link.ts";
import { openMaster } from "./ssh-master.ts";

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly signal: AbortSignal;
}

/** A session's engine, and the way to it. */
export interface LinkedEngine {
  readonly engine: Engine;
  readonly link: Link;
}

/** Gives `use` the session's engine; over ssh all goes through one connection that is open as long. */
export async function withLink<T>(session: Session, around: Surroundings, use: (linked: LinkedEngine) => Promise<T>): Promise<T> {
  const host = sshAddress(session.record.engine.host);
  const { deadlineMs } = session.record.settings;
  const given = (engine: Engine, way: Link): Promise<T> => use({ engine, link: answeringLink(way, engine, deadlineMs) });
  if (host === null) return await given(await openSessionEngine(session, around), NEAR_LINK);
  const { env, signal } = around;
  const { control, socket } = sharedWay(session);
  const master = await openMaster({ host, socket: control, env, signal, deadlineMs });
  try {
    const isNear = isDockerOver(session) && (await openEngineSocket({ host, master, local: socket, env }));
    const way = isNear ? { control, socket } : { control };
    return await given(await openSessionEngine(session, around, way), master.link);
  } finally {
    await master.close();
  }
}

/** Another command than docker answers by itself. */
function isDockerOver({ record }: Session): boolean {
  return record.engine.host?.startsWith("ssh://") === true;
}
