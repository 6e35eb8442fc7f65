import { inspectContainer, stopContainer } from "../../engine/container/container.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { constants } from "node:os";
import { readTextIfThere } from "../../system/file/files.ts";

/** What a program has to end by itself; one that ignores its signal is killed. */
const STOP_SECONDS = 2;

/** Stops a program by its signal, so that what it does at its end is seen too. One that would not hear it is left to be removed. */
export async function endProgram(engine: Engine, id: string, stopSignal: string | null): Promise<void> {
  const { state } = await inspectContainer(engine, id);
  if (!state.running) return;
  const status = engine.isLocal ? await readTextIfThere(`/proc/${state.pid}/status`).catch(() => null) : null;
  if (status === null || hearsSignal(status, signalNumber(stopSignal ?? "SIGTERM"))) {
    await stopContainer(engine, id, { graceSeconds: STOP_SECONDS });
  }
}

/** The first process of a container gets only the signals that it handles. */
function hearsSignal(status: string, signal: number): boolean {
  const caught = /^SigCgt:\s*([0-9a-f]+)/m.exec(status)?.[1];
  return caught === undefined || ((BigInt(`0x${caught}`) >> BigInt(signal - 1)) & 1n) === 1n;
}

/** "SIGTERM", "TERM" or "15" as its number. */
function signalNumber(name: string): number {
  const number = Number(name);
  if (Number.isInteger(number) && number > 0) return number;
  const wanted = name.startsWith("SIG") ? name : `SIG${name}`;
  return Object.entries(constants.signals).find(([one]) => one === wanted)?.[1] ?? constants.signals.SIGTERM;
}
