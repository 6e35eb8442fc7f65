import type { Duplex, Readable, Writable } from "node:stream";
import { CooperError, messageOf } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import type { ContainerInfo } from "../../engine/container/container-info.ts";
import { demultiplex } from "../../engine/stream/demultiplex.ts";
import { createExec, type ExecState, inspectExec, startExec } from "../../engine/stream/exec.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { runProcess } from "../../system/process/process.ts";
import { START_REFUSAL, startFailure } from "./start-failure.ts";

export interface CommandExecOptions {
  readonly engine: Engine;
  readonly container: ContainerInfo;
  readonly argv: readonly string[];
  readonly user?: string | undefined;
  readonly workdir?: string | undefined;
  /** "NAME=value", beside the container's own. */
  readonly env?: readonly string[] | undefined;
  /** Null: the command has no input. */
  readonly stdin: Readable | null;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Ends the command. */
  readonly signal?: AbortSignal | undefined;
}

/** A command that has been started. */
export interface CommandExec {
  readonly id: string;
  /** On this machine; null where it is not visible. */
  readonly pid: number | null;
  /** Passes its streams on, byte for byte, until it ends; gives its exit code, null when the engine is gone. */
  run(): Promise<number | null>;
  /** Why it never ran, once `run` has ended: the engine tells that in the place of its output. */
  failure(): unknown;
}

const POLL_MS = 100;
/** A process that the command left running may hold its output open: after so many polls without a byte it is not waited for. */
const QUIET_POLLS = 10;

/** Starts the command. */
export async function openCommandExec(options: CommandExecOptions): Promise<CommandExec> {
  const { engine, container, argv, user, workdir, env = [], stdin } = options;
  const rest = { ...(user === undefined ? {} : { user }), ...(workdir === undefined ? {} : { workdir }) };
  const id = await createExec(engine, container.id, { argv, tty: false, stdin: stdin !== null, env, ...rest });
  const program = argv[0] ?? "";
  const stream = await startExec(engine, id, { tty: false }).catch((error: unknown) => {
    throw startFailure(messageOf(error), program, error) ?? error;
  });
  const state = await inspectExec(engine, id).catch(() => null);
  const pid = engine.isLocal && state !== null && state.pid > 0 ? state.pid : null;
  const flow: Flow = { isOver: false, isBlocked: false, frames: 0, refusal: null };
  return {
    id,
    pid,
    run: async () => {
      const exit = await runExec({ ...options, id, stream }, flow);
      return flow.refusal === null ? exit : exitOfRefusal(flow.refusal, exit);
    },
    failure: () => (flow.refusal === null ? null : refusalError(flow.refusal, program)),
  };
}

function refusalError(refusal: string, program: string): CooperError {
  const { cooperFailed: exit } = EXIT;
  return (
    startFailure(refusal, program) ?? new CooperError("command-not-started", `${program} could not be started: ${refusal.trim()}`, { exit })
  );
}

function exitOfRefusal(refusal: string, exit: number | null): number | null {
  return startFailure(refusal, "")?.exit ?? exit;
}

interface StartedExec extends CommandExecOptions {
  readonly id: string;
  readonly stream: Duplex;
}

/** How far the output has been passed on. */
interface Flow {
  isOver: boolean;
  isBlocked: boolean;
  frames: number;
  /** The engine's text in the place of the output, where the command could not be started. */
  refusal: string | null;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function runExec(started: StartedExec, flow: Flow): Promise<number | null> {
  const { engine, id, stream, stdin, signal } = started;
  const stop = (): void => void endProcess(engine, id);
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted === true) stop();
  stdin?.pipe(stream);
  void passOutput(started, flow).finally(() => {
    flow.isOver = true;
  });
  try {
    const exit = await awaitExit(engine, id, flow);
    await awaitOutput(flow);
    return exit;
  } finally {
    signal?.removeEventListener("abort", stop);
    stdin?.unpipe(stream);
    stdin?.pause();
    stream.destroy();
  }
}

// A reader that is gone (head) ends the command's output, not the recording.
async function passOutput({ stream, stdout, stderr }: StartedExec, flow: Flow): Promise<void> {
  const targets = { stdout, stderr };
  for (const target of [stdout, stderr]) target.on("error", () => undefined);
  try {
    for await (const frame of demultiplex(stream)) {
      const target = targets[frame.stream];
      flow.frames += 1;
      if (flow.frames === 1 && START_REFUSAL.test(frame.bytes.toString("latin1"))) {
        flow.refusal = frame.bytes.toString();
        continue;
      }
      flow.isBlocked = !target.destroyed && !target.write(frame.bytes);
      if (flow.isBlocked) await drained(target);
      flow.isBlocked = false;
    }
  } catch {
    return;
  }
}

function drained(target: Writable): Promise<void> {
  return new Promise((resolve) => {
    for (const event of ["drain", "close", "error"]) target.once(event, () => resolve());
  });
}

async function awaitOutput(flow: Flow): Promise<void> {
  for (let quiet = 0, seen = flow.frames; !flow.isOver && quiet < QUIET_POLLS; quiet++) {
    await pause(POLL_MS);
    if (flow.frames !== seen || flow.isBlocked) quiet = 0;
    seen = flow.frames;
  }
}

async function awaitExit(engine: Engine, id: string, output: Flow): Promise<number | null> {
  for (let failures = 0; ;) {
    const state: ExecState | null = await inspectExec(engine, id).catch(() => null);
    if (state !== null && state.exitCode !== null) return state.exitCode;
    failures = state === null ? failures + 1 : 0;
    if (failures > 20) return null;
    await pause(output.isOver ? POLL_MS / 10 : POLL_MS);
  }
}

// The engine has no call to signal an exec's process.
async function endProcess(engine: Engine, id: string): Promise<void> {
  const state = await inspectExec(engine, id).catch(() => null);
  if (state === null || state.pid <= 0 || !engine.isLocal) return;
  await runProcess(["kill", "-TERM", String(state.pid)], { check: false }).catch(() => undefined);
}
