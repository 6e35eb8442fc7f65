import type { Duplex } from "node:stream";
import { demultiplex } from "./demultiplex.ts";
import type { Engine } from "../open-engine.ts";
import { callBytes, callJson, hijack } from "../transport/request.ts";
import { signalProcess } from "../../system/process/signal-group.ts";

export interface ExecSpec {
  readonly argv: readonly string[];
  readonly tty: boolean;
  /** "NAME=value". */
  readonly env?: readonly string[];
  readonly user?: string;
  readonly workdir?: string;
  /** Attach stdin (true when absent). */
  readonly stdin?: boolean;
}

export interface ExecState {
  readonly running: boolean;
  /** Null while it runs. */
  readonly exitCode: number | null;
  /** As the engine's machine sees it; 0 when it does not run, below 0 where it runs and nobody can tell. */
  readonly pid: number;
}

/** Prepares a process in a running container; gives the id to start it with. */
export async function createExec(engine: Engine, containerId: string, spec: ExecSpec): Promise<string> {
  const reply = await callJson(engine.channel, {
    method: "POST",
    path: `/containers/${encodeURIComponent(containerId)}/exec`,
    codes: { 404: "container-unknown", 409: "container-not-running" },
    body: {
      AttachStdin: spec.stdin ?? true,
      AttachStdout: true,
      AttachStderr: true,
      Tty: spec.tty,
      Cmd: spec.argv,
      ...(spec.env === undefined ? {} : { Env: spec.env }),
      ...(spec.user === undefined ? {} : { User: spec.user }),
      ...(spec.workdir === undefined ? {} : { WorkingDir: spec.workdir }),
    },
  });
  return reply.at("Id").need();
}

/** Starts it; the stream is raw when it has a tty, else framed (see `demultiplex`). Ending the stream ends its stdin. */
export function startExec(
  engine: Engine,
  execId: string,
  options: { readonly tty: boolean; readonly signal?: AbortSignal | undefined },
): Promise<Duplex> {
  return hijack(engine.channel, {
    method: "POST",
    path: `/exec/${execId}/start`,
    body: { Detach: false, Tty: options.tty },
    codes: { 404: "container-unknown", 409: "container-not-running" },
    signal: options.signal,
  });
}

/** Tells the process's terminal its size; a process that has ended is fine. */
export async function resizeExec(engine: Engine, execId: string, size: { readonly columns: number; readonly rows: number }): Promise<void> {
  const query = { w: size.columns, h: size.rows };
  await callBytes(engine.channel, { method: "POST", path: `/exec/${execId}/resize`, query });
}

/** What became of the process. */
export async function inspectExec(engine: Engine, execId: string): Promise<ExecState> {
  const reply = await callJson(engine.channel, { path: `/exec/${execId}/json` });
  const exitCode = reply.at("ExitCode");
  const running = reply.at("Running").flag();
  return { running, exitCode: running || exitCode.isNull() ? null : exitCode.number(), pid: reply.at("Pid").number() };
}

export interface RunOptions {
  readonly user?: string;
  readonly env?: readonly string[];
  readonly input?: string | Uint8Array;
  readonly workdir?: string;
  readonly signal?: AbortSignal;
  /** Ends with an error, and ends the process, where it writes more. */
  readonly mostBytes?: number;
}

export interface RunResult {
  readonly exit: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** Runs a command in a running container to its end, without a terminal. */
// oxlint-disable-next-line max-params -- engine, container and command come first wherever they are needed
export async function runInContainer(
  engine: Engine,
  containerId: string,
  argv: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const { input, signal, mostBytes = Number.POSITIVE_INFINITY, ...rest } = options;
  const execId = await createExec(engine, containerId, { argv, tty: false, stdin: input !== undefined, ...rest });
  const stream = await startExec(engine, execId, { tty: false, signal });
  if (input !== undefined) stream.end(input);
  const output = await collect(stream, mostBytes, signal).catch(async (error: unknown) => {
    if (options.mostBytes !== undefined) await endHere(engine, execId);
    throw error;
  });
  return { exit: await exitOf(engine, execId), ...output };
}

/** What nobody reads any more would go on; the engine ends no such process, and elsewhere only the container itself could. */
async function endHere(engine: Engine, execId: string): Promise<void> {
  const state = engine.isLocal ? await inspectExec(engine, execId).catch(() => null) : null;
  if (state !== null && state.exitCode === null && state.pid > 0) signalProcess(state.pid, "SIGKILL");
}

async function collect(stream: Duplex, mostBytes: number, signal: AbortSignal | undefined): Promise<{ stdout: Buffer; stderr: Buffer }> {
  const parts: { stdout: Buffer[]; stderr: Buffer[] } = { stdout: [], stderr: [] };
  const stop = (): void => void stream.destroy(signal?.reason instanceof Error ? signal.reason : new Error("aborted"));
  signal?.addEventListener("abort", stop, { once: true });
  try {
    let bytes = 0;
    for await (const frame of demultiplex(stream)) {
      parts[frame.stream].push(frame.bytes);
      bytes += frame.bytes.length;
      if (bytes > mostBytes) throw new Error(`it writes more than ${mostBytes} bytes`);
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    stream.destroy();
  }
  return { stdout: Buffer.concat(parts.stdout), stderr: Buffer.concat(parts.stderr) };
}

const EXIT_POLL_MS = 10;
const EXIT_WITHIN_MS = 60_000;

// The stream ends when the process closes its output, which may be a moment before the engine knows its exit code.
async function exitOf(engine: Engine, execId: string): Promise<number> {
  const deadline = Date.now() + EXIT_WITHIN_MS;
  for (;;) {
    const state = await inspectExec(engine, execId);
    if (state.exitCode !== null) return state.exitCode;
    if (Date.now() > deadline) return 255;
    await new Promise((resolve) => setTimeout(resolve, EXIT_POLL_MS));
  }
}
