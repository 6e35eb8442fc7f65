import { type ChildProcess, spawn } from "node:child_process";
import { channel } from "node:diagnostics_channel";
import { closeSync, existsSync, openSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Who subscribes to this channel of node is told the words of each program that is started. */
export const PROGRAM_STARTS = "cooper:program";
const programStarts = channel(PROGRAM_STARTS);

export interface ProcessOptions {
  readonly cwd?: string;
  /** The whole environment of the process; ours when absent. */
  readonly env?: Environment;
  readonly input?: string | Uint8Array;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  readonly onOutput?: (chunk: Buffer, stream: "stdout" | "stderr") => void;
  /** It gets a process group of its own, and what it leaves running ends with it: asked to when it is stopped, made to soon after. */
  readonly ownsGroup?: boolean;
  /** Throw `process-failed` when it does not exit with 0. */
  readonly check?: boolean;
}

export interface ProcessResult {
  /** 128 + signal number is not made up here: a killed process has exit 128 and its `signal`. */
  readonly exit: number;
  readonly signal: string | null;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** Runs a program to its end and gives its output; throws `program-not-found`, `process-timeout`, `interrupted` or (with `check`) `process-failed`. */
export async function runProcess(argv: readonly string[], options: ProcessOptions = {}): Promise<ProcessResult> {
  options.signal?.throwIfAborted();
  const child = start(argv, { ...options, detached: options.ownsGroup === true }, ["pipe", "pipe", "pipe"]);
  if (options.ownsGroup === true) child.once("exit", () => void endGroup(child));
  const output = collectOutput(child, options.onOutput);
  feed(child, options.input);
  const stop = stopWhenAsked(child, options);
  try {
    const ended = await endOf(child, argv, options);
    options.signal?.throwIfAborted();
    const result = { ...ended, stdout: Buffer.concat(output.stdout), stderr: Buffer.concat(output.stderr) };
    if (stop.timedOut()) throw timeoutError(argv, options.timeoutMs ?? 0);
    if (options.check === true && result.exit !== 0) throw failedError(argv, result);
    return result;
  } finally {
    stop.release();
  }
}

export interface DetachedOptions {
  readonly logFile: string;
  readonly env?: Environment;
}

/** Starts a program that outlives us, its output appended to `logFile` (0600); gives its pid. */
export async function spawnDetached(argv: readonly string[], options: DetachedOptions): Promise<number> {
  const log = openSync(options.logFile, "a", 0o600);
  try {
    const child = start(argv, { ...options, detached: true }, ["ignore", log, log]);
    await started(child, argv, options);
    child.unref();
    return pidOf(child);
  } finally {
    closeSync(log);
  }
}

export interface StreamProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly pid: number;
  /** Its exit code; 128 when a signal ended it. */
  readonly exit: Promise<number>;
  kill(signal?: NodeJS.Signals): void;
}

/** Starts a program whose streams the caller reads and writes; `exit` rejects with `program-not-found` when it cannot run. */
export function spawnStream(
  argv: readonly string[],
  options: { readonly env?: Environment; readonly detached?: boolean } = {},
): StreamProcess {
  const child = start(argv, options, ["pipe", "pipe", "pipe"]);
  const exit = endOf(child, argv, options).then((ended) => ended.exit);
  exit.catch(() => undefined);
  const { stdin, stdout, stderr } = streamsOf(child);
  stdin.on("error", () => undefined);
  return { stdin, stdout, stderr, pid: child.pid ?? -1, exit, kill: (signal = "SIGTERM") => void child.kill(signal) };
}

interface StartOptions {
  readonly cwd?: string;
  readonly env?: Environment;
  readonly detached?: boolean;
}

function start(argv: readonly string[], options: StartOptions, stdio: ("pipe" | "ignore" | number)[]): ChildProcess {
  const [program = "", ...rest] = argv;
  if (program === "") throw new CooperError("program-not-found", "No program was named.", { exit: EXIT.notFound });
  programStarts.publish(argv);
  return spawn(program, rest, {
    stdio,
    detached: options.detached ?? false,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: { ...options.env } }),
  });
}

function streamsOf(child: ChildProcess): { stdin: Writable; stdout: Readable; stderr: Readable } {
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error("The process was started without pipes.");
  return { stdin, stdout, stderr };
}

function collectOutput(child: ChildProcess, listen: ProcessOptions["onOutput"]): { stdout: Buffer[]; stderr: Buffer[] } {
  const output: { stdout: Buffer[]; stderr: Buffer[] } = { stdout: [], stderr: [] };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.on("data", (chunk: Buffer) => {
      output[name].push(chunk);
      listen?.(chunk, name);
    });
  }
  return output;
}

function feed(child: ChildProcess, input: string | Uint8Array | undefined): void {
  // A program that does not read all of its input closes the pipe; that is its right.
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(input);
}

function stopWhenAsked(child: ChildProcess, options: ProcessOptions): { timedOut(): boolean; release(): void } {
  let late = false;
  const kill = (): void => void (options.ownsGroup === true ? endGroup(child) : child.kill("SIGKILL"));
  const onTimeout = (): void => {
    late = true;
    kill();
  };
  const timer = options.timeoutMs === undefined ? undefined : setTimeout(onTimeout, options.timeoutMs);
  options.signal?.addEventListener("abort", kill, { once: true });
  return {
    timedOut: () => late,
    release: () => {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", kill);
    },
  };
}

/** How long the rest of a process group has to end when it is asked to. */
const GRACE_MS = 2_000;
const LOOK_EVERY_MS = 50;

async function endGroup(child: ChildProcess): Promise<void> {
  const until = performance.now() + GRACE_MS;
  for (let signal: NodeJS.Signals | 0 = "SIGTERM"; signalGroup(child, signal) && performance.now() < until; signal = 0)
    await delay(LOOK_EVERY_MS);
  signalGroup(child, "SIGKILL");
}

/** False when nobody of the group is left. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  try {
    return child.pid !== undefined && process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}

function endOf(child: ChildProcess, argv: readonly string[], options: StartOptions): Promise<{ exit: number; signal: string | null }> {
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(startError(argv, options, error)));
    child.once("close", (code, signal) => resolve({ exit: code ?? 128, signal }));
  });
}

function started(child: ChildProcess, argv: readonly string[], options: StartOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(startError(argv, options, error)));
    child.once("spawn", () => resolve());
  });
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error("The process has no pid.");
  return child.pid;
}

function startError(argv: readonly string[], options: StartOptions, error: Error): CooperError {
  const program = argv[0] ?? "";
  const code = "code" in error ? error.code : undefined;
  if (code === "ENOENT" && options.cwd !== undefined && !existsSync(options.cwd)) {
    return new CooperError("folder-not-found", `There is no folder ${options.cwd} to run ${program} in.`, { cause: error });
  }
  const isMissing = code === "ENOENT";
  return new CooperError(
    "program-not-found",
    isMissing ? `The program ${program} was not found.` : `The program ${program} could not be started: ${error.message}`,
    {
      hint: `Install ${program}, or put its folder into PATH.`,
      exit: isMissing ? EXIT.notFound : EXIT.notExecutable,
      cause: error,
    },
  );
}

function timeoutError(argv: readonly string[], timeoutMs: number): CooperError {
  return new CooperError("process-timeout", `${argv[0] ?? ""} did not end within ${timeoutMs / 1000} s and was stopped.`, {
    exit: EXIT.deadline,
  });
}

function failedError(argv: readonly string[], result: ProcessResult): CooperError {
  const lastLines = result.stderr.toString().trimEnd().split("\n").slice(-5).join("\n");
  const how = result.signal === null ? `exit code ${result.exit}` : `signal ${result.signal}`;
  return new CooperError("process-failed", `${argv[0] ?? ""} ended with ${how}${lastLines === "" ? "." : `: ${lastLines}`}`, {
    exit: EXIT.no,
  });
}
