import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { readTextIfThere, removeTree } from "../../system/file/files.ts";
import type { LocalSocket } from "../../system/network/local-socket.ts";
import { spawnDetached } from "../../system/process/process.ts";
import { isRunning } from "../../system/process/signal-group.ts";
import { ownContainer } from "../session/own-container.ts";
import type { Session } from "../session/session-record.ts";
import { connectSession, watchStopped } from "./connect-session.ts";

export interface Reaching {
  readonly session: Session;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How this program is started: the words before its own. */
  readonly own: readonly string[];
}

const START_MS = 180_000;
const LOOK_MS = 15;

/** Where a session's process leaves why it could not start. */
export function failureFile(folder: string): string {
  return join(folder, "failure.json");
}

/** A connection to the session's process, which is started where it does not run. Throws why it could not be. */
export async function reachSession(reaching: Reaching): Promise<LocalSocket> {
  const { session } = reaching;
  const running = await connectSession(session);
  if (running !== null) return running;
  // Without one there is nothing to start.
  ownContainer(session);
  await removeTree(failureFile(session.folder));
  const stopped = new AbortController();
  const watch = watchStopped(session, (error) => stopped.abort(error));
  try {
    return await started(reaching, stopped.signal);
  } finally {
    watch.end();
  }
}

async function started(reaching: Reaching, stopped: AbortSignal): Promise<LocalSocket> {
  const { session } = reaching;
  let pid = await startProcess(reaching);
  for (const until = Date.now() + START_MS; Date.now() < until;) {
    const socket = await connectSession(session);
    if (socket !== null) return socket;
    const failure = await readFailure(session.folder);
    if (failure !== null) throw failure;
    stopped.throwIfAborted();
    // Another one may have had the claim and be about to end.
    if (!isRunning(pid)) pid = await delay(LOOK_MS * 10).then(() => startProcess(reaching));
    await delay(LOOK_MS);
  }
  throw late(session);
}

function startProcess({ session, env, own }: Reaching): Promise<number> {
  const logFile = join(session.folder, "process.log");
  return spawnDetached([...own, "dev", "serve", session.folder], { logFile, env });
}

async function readFailure(folder: string): Promise<CooperError | null> {
  const text = await readTextIfThere(failureFile(folder));
  return text === null ? null : failureFromText(text);
}

/** The error that a process of ours wrote down as JSON. */
export function failureFromText(text: string): CooperError {
  const { code, message, hint, exit } = readParts(text);
  return new CooperError(code, message, { exit, ...(hint === "" ? {} : { hint }) });
}

function readParts(text: string): { code: string; message: string; hint: string; exit: number } {
  const value: unknown = JSON.parse(text);
  const part = (name: string): unknown => (typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined);
  const word = (name: string, other: string): string => {
    const found = part(name);
    return typeof found === "string" ? found : other;
  };
  const exit = part("exit");
  return {
    code: word("code", "session-failed"),
    message: word("message", text),
    hint: word("hint", ""),
    exit: typeof exit === "number" ? exit : EXIT.cooperFailed,
  };
}

function late({ folder, record }: Session): CooperError {
  return new CooperError("session-not-started", `the process of session ${record.name} did not answer within ${START_MS / 1000} s`, {
    hint: `See its log: ${join(folder, "process.log")}`,
    exit: EXIT.deadline,
  });
}
