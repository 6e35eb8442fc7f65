import type { Engine } from "../../engine/open-engine.ts";
import { openSessionEngine } from "../session/session-engine.ts";
import type { Session } from "../session/session-record.ts";
import { openMaster } from "./ssh-master.ts";

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly signal: AbortSignal;
}

/** Gives `use` the session's engine; over ssh all goes through one connection that is open as long. */
export async function withLink<T>(session: Session, around: Surroundings, use: (engine: Engine) => Promise<T>): Promise<T> {
  const { host } = session.record.engine;
  if (host === null || !host.startsWith("ssh://")) return await use(await openSessionEngine(session, around));
  const master = await openMaster({ host, socket: `${session.record.socket}.ssh`, env: around.env, signal: around.signal });
  try {
    return await use(await openSessionEngine(session, around, master.socket));
  } finally {
    master.close();
  }
}
