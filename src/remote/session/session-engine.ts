import { isCooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { type Engine, openEngine } from "../../engine/open-engine.ts";
import type { Session } from "./session-record.ts";

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** The ways of an ssh that is connected to the engine's machine already. */
export interface SharedWay {
  /** Its ControlPath. */
  readonly control: string;
  /** A socket of this machine that leads to the engine's own; absent: the docker command there leads to it. */
  readonly socket?: string;
}

/** Where a session's process has its ways. */
export function sharedWay({ record }: Session): Required<SharedWay> {
  return { control: `${record.socket}.ssh`, socket: `${record.socket}.api` };
}

/** The engine that a session's container is on; by those ways where they are given and lead there. */
export async function openSessionEngine(session: Session, around: Surroundings, way?: SharedWay): Promise<Engine> {
  if (way?.socket === undefined) return await open(session, around, way);
  try {
    return await open(session, around, way);
  } catch (error) {
    // A server may forward no sockets.
    if (!isCooperError(error) || error.exit !== EXIT.engine || error.code === "engine-silent") throw error;
    return await open(session, around, { control: way.control });
  }
}

function open({ record }: Session, { env, home }: Surroundings, way: SharedWay | undefined): Promise<Engine> {
  const { host, context } = record.engine;
  const { deadlineMs } = record.settings;
  return openEngine({
    env,
    home,
    deadlineMs,
    ...(host === null ? {} : { host }),
    ...(context === null ? {} : { context }),
    ...(way === undefined ? {} : { sshControl: way.control }),
    ...(way?.socket === undefined ? {} : { sshSocket: way.socket }),
  });
}
