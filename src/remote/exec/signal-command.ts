import { isCooperError } from "../../base/errors.ts";
import { inspectExec, runInContainer } from "../../engine/stream/exec.ts";
import { signalProcess } from "../../system/process/signal-group.ts";
import type { ContainerPlace, StartedProcess } from "./running-command.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGKILL", "SIGPIPE", "SIGUSR1", "SIGUSR2"] as const;

export type CommandSignal = (typeof SIGNALS)[number];

/** The signal of that name; null for one that is not passed on. */
export function readSignal(name: string): CommandSignal | null {
  return SIGNALS.find((signal) => signal === name) ?? null;
}

/** Signals a command of the container and all of its group; false where there is no way to (no shell there, another machine). */
export async function signalCommand(place: ContainerPlace, started: StartedProcess, signal: CommandSignal): Promise<boolean> {
  const { engine, containerId } = place;
  const state = await begunState(place, started);
  if (state !== null && state.exitCode !== null) return true;
  if (engine.isLocal && state !== null && state.pid > 0 && signalProcess(state.pid, signal)) return true;
  if (started.pid === null) return false;
  const script = `kill -${signal.slice(3)} -${started.pid}`;
  const user = place.user === null ? {} : { user: place.user };
  const done = await runInContainer(engine, containerId, ["/bin/sh", "-c", script], user).catch(() => null);
  return done?.exit === 0;
}

const BEGINS_WITHIN_MS = 10_000;
const BEGIN_LOOK_MS = 20;

/** What the engine has of a command as soon as it has a number for it: a signal may come earlier. */
async function begunState({ engine }: ContainerPlace, { execId }: StartedProcess): Promise<Awaited<ReturnType<typeof inspectExec>> | null> {
  for (const until = Date.now() + BEGINS_WITHIN_MS; ;) {
    const state = await inspectExec(engine, execId).catch(() => null);
    if (state === null || state.exitCode !== null || state.pid !== 0 || Date.now() > until) return state;
    await new Promise((resolve) => setTimeout(resolve, BEGIN_LOOK_MS));
  }
}

const HANG_UP: readonly (readonly [CommandSignal, number])[] = [
  ["SIGHUP", 2_000],
  ["SIGTERM", 5_000],
  ["SIGKILL", 0],
];

const LOOK_MS = 100;

/** Ends a command that nobody waits for any more: as a terminal that is gone does, and then with force. False where the engine cannot be asked. */
export async function hangUp(place: ContainerPlace, started: StartedProcess): Promise<boolean> {
  for (const [signal, waitMs] of HANG_UP) {
    if ((await hasEnded(place, started)) === true) return true;
    await signalCommand(place, started, signal);
    for (const until = Date.now() + waitMs; Date.now() < until;) {
      if ((await hasEnded(place, started)) === true) return true;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
  return (await hasEnded(place, started)) !== null;
}

/** Ends a command that the way to was lost to, as soon as there is one again. */
export async function hangUpLater(place: ContainerPlace, started: StartedProcess): Promise<void> {
  while (!(await hangUp(place, started))) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    await place.link.whenWhole(LONGEST_WAIT_MS);
  }
}

const LONGEST_WAIT_MS = 60_000;

/** Null: the engine cannot be asked. */
async function hasEnded({ engine }: ContainerPlace, { execId }: StartedProcess): Promise<boolean | null> {
  try {
    return (await inspectExec(engine, execId)).exitCode !== null;
  } catch (error) {
    return isCooperError(error) && error.code === "engine-unreachable" ? null : true;
  }
}
