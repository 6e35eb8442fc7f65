import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { connectLocal, type LocalSocket } from "../../system/network/local-socket.ts";
import { isOwnSocket } from "../session/session-socket.ts";
import { stoppedProcess } from "../session/session-pid.ts";
import type { Session } from "../session/session-record.ts";

const LOOKS = 10;

/** A connection to the session's process, which fails with `session-stopped` where that is stopped for longer than the deadline; null where none runs. */
export async function connectSession(session: Session): Promise<LocalSocket | null> {
  if (!(await isOwnSocket(session))) return null;
  const socket = await connectLocal(session.record.socket);
  if (socket === null) return null;
  const watch = watchStopped(session, (error) => socket.destroy(error));
  socket.once("close", () => watch.end());
  return socket;
}

export interface StopWatch {
  end(): void;
}

/** Tells once that the session's process was stopped at each look for the deadline: what is late on a busy machine is none. */
export function watchStopped(session: Session, tell: (error: CooperError) => void): StopWatch {
  let stopped = 0;
  const look = async (): Promise<void> => {
    const pid = await stoppedProcess(session);
    stopped = pid === null ? 0 : stopped + 1;
    if (pid === null || stopped < LOOKS) return;
    clearInterval(timer);
    tell(sessionStopped(session, pid));
  };
  const timer = setInterval(() => void look().catch(() => undefined), session.record.settings.deadlineMs / LOOKS).unref();
  return { end: () => clearInterval(timer) };
}

/** Somebody has stopped the process of that number. */
export function sessionStopped({ record }: Session, pid: number): CooperError {
  return new CooperError("session-stopped", `the process of session ${record.name} was stopped (process ${pid}) and answers nothing`, {
    hint: `Let it go on: kill -CONT ${pid}; or end it, another is started then: cooper dev stop`,
    exit: EXIT.cooperFailed,
  });
}
