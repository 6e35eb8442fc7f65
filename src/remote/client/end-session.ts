import { setTimeout as delay } from "node:timers/promises";
import { isCooperError } from "../../base/errors.ts";
import { removeIfEmpty } from "../../system/file/files.ts";
import { mountAt, truePath } from "../../system/file/mount-state.ts";
import { isRunning } from "../../system/process/signal-group.ts";
import { detach } from "../mount/sshfs.ts";
import { mountFolder } from "../serve/session-mount.ts";
import { stoppedProcess } from "../session/session-pid.ts";
import type { Session } from "../session/session-record.ts";
import { askIfRunning } from "./ask-session.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const END_MS = 30_000;
const LOOK_MS = 20;

/** Ends the session's process after all is written; one that is stopped for longer than the deadline is killed. Without one there is nothing to do. */
export async function endSession(session: Session, env: Environment): Promise<void> {
  try {
    const answer = await askIfRunning(session, { ask: "end" });
    const pid: unknown = typeof answer === "object" && answer !== null ? Reflect.get(answer, "pid") : undefined;
    if (typeof pid === "number") await untilEnded(pid);
  } catch (error) {
    if (!isCooperError(error) || error.code !== "session-stopped") throw error;
    await killStopped(session, env);
  }
}

async function killStopped(session: Session, env: Environment): Promise<void> {
  const pid = await stoppedProcess(session);
  // It goes on again: it has the order.
  if (pid === null) return await endSession(session, env);
  process.kill(pid, "SIGKILL");
  await untilEnded(pid);
  const folder = await truePath(mountFolder(session));
  if ((await mountAt(folder))?.source.startsWith("cooper:") === true) await detach(folder, env);
  await removeIfEmpty(folder);
}

async function untilEnded(pid: number): Promise<void> {
  for (const until = Date.now() + END_MS; isRunning(pid) && Date.now() < until;) await delay(LOOK_MS);
}
