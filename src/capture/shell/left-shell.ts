import { dirname, join } from "node:path";
import { inspectExec } from "../../engine/stream/exec.ts";
import type { Engine } from "../../engine/open-engine.ts";
import type { SessionWriter } from "../../history/session-writer.ts";
import { readTextIfThere, removeTree, writeFileAtomically } from "../../system/file/files.ts";
import { runProcess } from "../../system/process/process.ts";

/** Notes beside the journal which exec the recorder holds, so that the next one can end it when this one is killed. */
export interface ShellNote {
  /** The shell has ended. */
  remove(): Promise<void>;
}

/** Writes the note. A note that cannot be written is no reason to stop. */
export async function noteShell(writer: SessionWriter, execId: string): Promise<ShellNote> {
  const path = notePath(writer, writer.id);
  const recorder = await recorderMark(process.pid);
  await writeFileAtomically(path, `${execId} ${process.pid} ${recorder}\n`, 0o600).catch(() => undefined);
  return { remove: () => removeTree(path).catch(() => undefined) };
}

/** Hangs up the shells of earlier Sessions whose recorder was killed: the engine leaves an exec running when its terminal goes away. */
export async function endLeftShells(engine: Engine, writer: SessionWriter): Promise<void> {
  const number = Number(/\d+$/.exec(writer.id)?.[0] ?? "0");
  for (let earlier = 1; earlier < number; earlier++) await endLeftShell(engine, notePath(writer, `s${earlier}`));
}

async function endLeftShell(engine: Engine, path: string): Promise<void> {
  const [execId = "", pid = "", mark = ""] = (await readTextIfThere(path).catch(() => null))?.trim().split(" ") ?? [];
  if (!/^[\da-f]+$/.test(execId) || !/^\d+$/.test(pid)) return;
  if ((await recorderMark(Number(pid))) === mark) return;
  const state = await inspectExec(engine, execId).catch(() => null);
  if (state?.running === true && state.pid > 0 && engine.isLocal) await hangUp(engine, execId, state.pid);
  await removeTree(path).catch(() => undefined);
}

const POLLS = 100;
const POLL_MS = 20;

async function hangUp(engine: Engine, execId: string, pid: number): Promise<void> {
  for (const signal of ["-HUP", "-CONT"]) await runProcess(["kill", signal, String(pid)], { check: false }).catch(() => undefined);
  for (let poll = 0; poll < POLLS; poll++) {
    const state = await inspectExec(engine, execId).catch(() => null);
    if (state?.running !== true) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

// A process's start time tells it from a later one with the same number.
async function recorderMark(pid: number): Promise<string> {
  const stat = await readTextIfThere(`/proc/${pid}/stat`).catch(() => null);
  return stat === null ? "gone" : (stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "unknown");
}

function notePath(writer: SessionWriter, session: string): string {
  return join(dirname(writer.castPath), `${session}.shell`);
}
