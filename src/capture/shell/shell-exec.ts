import type { Duplex } from "node:stream";
import { createExec, inspectExec, resizeExec, runInContainer, startExec } from "../../engine/stream/exec.ts";
import type { Engine } from "../../engine/open-engine.ts";

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface ShellExecOptions {
  readonly engine: Engine;
  readonly containerId: string;
  readonly argv: readonly string[];
  readonly env: readonly string[];
  readonly user: string | undefined;
  readonly workdir: string | undefined;
  readonly size: TerminalSize;
}

/** A process with a terminal in the container. */
export interface ShellExec {
  readonly id: string;
  readonly stream: Duplex;
  /** On the engine's machine; null when it is not visible from here. */
  readonly pid: number | null;
  resize(size: TerminalSize): void;
  /** Its exit code once its stream has ended; null when the engine does not know it. */
  exit(): Promise<number | null>;
  /** Hangs up: the processes (pids of the container) end as when their terminal is closed. */
  hangUp(pids: readonly string[]): Promise<void>;
}

/** Starts it. */
export async function openShellExec(options: ShellExecOptions): Promise<ShellExec> {
  const { engine, containerId, argv, env, user, workdir } = options;
  const spec = { argv, tty: true, env, ...(user === undefined ? {} : { user }), ...(workdir === undefined ? {} : { workdir }) };
  const id = await createExec(engine, containerId, spec);
  const stream = await startExec(engine, id, { tty: true });
  const resize = (size: TerminalSize): void => void resizeExec(engine, id, size).catch(() => undefined);
  resize(options.size);
  const pid = engine.isLocal ? await pidOf(engine, id) : null;
  return {
    id,
    stream,
    pid,
    resize,
    exit: () => exitOf(engine, id),
    hangUp: (pids) => hangUp(options, pids),
  };
}

const POLL_MS = 20;
const EXIT_POLLS = 150;
const START_POLLS = 250;

// The engine answers the start before the process has its number.
async function pidOf(engine: Engine, id: string): Promise<number | null> {
  for (let poll = 0; poll < START_POLLS; poll++) {
    const state = await inspectExec(engine, id).catch(() => null);
    if (state === null || state.exitCode !== null) return null;
    if (state.pid > 0) return state.pid;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return null;
}

// The stream ends a moment before the engine knows the exit code; an engine that is gone never will.
async function exitOf(engine: Engine, id: string): Promise<number | null> {
  for (let poll = 0; poll < EXIT_POLLS; poll++) {
    const state = await inspectExec(engine, id).catch(() => null);
    if (state === null) return null;
    if (state.exitCode !== null) return state.exitCode;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return null;
}

// The engine leaves an exec's process running when its terminal goes away.
async function hangUp({ engine, containerId, argv: [starter = "/bin/sh"] }: ShellExecOptions, pids: readonly string[]): Promise<void> {
  const wanted = pids.filter((pid) => /^\d+$/.test(pid));
  if (wanted.length === 0) return;
  const argv = [starter, "-c", 'kill -HUP "$@"; kill -CONT "$@"', "sh", ...wanted];
  await runInContainer(engine, containerId, argv, { user: "0" }).catch(() => undefined);
}
