import type { Duplex } from "node:stream";
import { isCooperError, messageOf } from "../../base/errors.ts";
import { START_REFUSAL } from "../../capture/command/start-failure.ts";
import { demultiplex } from "../../engine/stream/demultiplex.ts";
import { createExec, type ExecSpec, resizeExec, startExec } from "../../engine/stream/exec.ts";
import { exitOf } from "./exit-of.ts";
import { MarkedOutput, readHexState } from "./marked-output.ts";
import {
  type CommandEnd,
  type CommandStreams,
  type ContainerPlace,
  passOn,
  type RunningCommand,
  type StartedProcess,
} from "./running-command.ts";
import { sizeTeller } from "./tell-size.ts";

/** A command that gets a process of the engine's for itself: with a terminal, or in an image without a shell. */
export interface WholeExec {
  readonly argv: readonly string[];
  readonly env: readonly string[];
  readonly workdir: string | null;
  readonly terminal: { readonly columns: number; readonly rows: number } | null;
  /** The first line of the output is this word and the process's number, and what stands behind a second one is its state. */
  readonly word: string | null;
  /** Told before it starts, and again when its number is known. */
  readonly onKnown: (process: StartedProcess) => Promise<void>;
}

/** Starts it. */
export async function startWhole(place: ContainerPlace, wanted: WholeExec, streams: CommandStreams): Promise<RunningCommand> {
  const { engine, containerId, user } = place;
  const { argv, env, workdir, terminal, word } = wanted;
  const spec: ExecSpec = { argv, tty: terminal !== null, env, stdin: streams.stdin !== null };
  const execId = await createExec(engine, containerId, {
    ...spec,
    ...(user === null ? {} : { user }),
    ...(workdir === null ? {} : { workdir }),
  });
  const process: { readonly execId: string; pid: number | null } = { execId, pid: null };
  await wanted.onKnown(process);
  const stream = await startExec(engine, execId, { tty: terminal !== null }).catch(refusalOf);
  if (typeof stream === "string") {
    return { process, done: Promise.resolve({ exit: null, state: null, refusal: stream }), spoil, resize: () => undefined };
  }
  const resize = sizeTeller(
    (size) => resizeExec(engine, execId, size),
    () => stream.destroyed,
  );
  if (terminal !== null) resize(terminal);
  streams.stdin?.pipe(stream);
  stream.on("error", () => undefined);
  const onPid = (pid: number): void => {
    process.pid = pid;
    void wanted.onKnown(process);
  };
  const output = terminal === null ? passFrames(stream, streams) : passTerminal(stream, { streams, word, onPid });
  return { process, done: finish(place, { execId, stream, streams, output }), spoil, resize };
}

/** It runs one command alone. */
function spoil(): void {}

function refusalOf(error: unknown): string {
  if (isCooperError(error) && error.code === "container-unknown") throw error;
  return messageOf(error);
}

interface Started {
  readonly execId: string;
  readonly stream: Duplex;
  readonly streams: CommandStreams;
  readonly output: Promise<Pick<CommandEnd, "state" | "refusal">>;
}

async function finish(place: ContainerPlace, { execId, stream, streams, output }: Started): Promise<CommandEnd> {
  try {
    const told = await output;
    return { ...told, exit: await exitOf(place, execId, stream) };
  } finally {
    streams.stdin?.unpipe(stream);
    stream.destroy();
  }
}

async function passFrames(stream: Duplex, { stdout, stderr }: CommandStreams): Promise<Pick<CommandEnd, "state" | "refusal">> {
  const targets = { stdout, stderr };
  let isFirst = true;
  try {
    for await (const frame of demultiplex(stream)) {
      // The engine tells in the place of the output that there is no such program.
      if (isFirst && START_REFUSAL.test(frame.bytes.toString("latin1"))) return { state: null, refusal: frame.bytes.toString() };
      isFirst = false;
      await passOn(targets[frame.stream], frame.bytes);
    }
  } catch (error) {
    return { state: null, refusal: messageOf(error) };
  }
  return { state: null, refusal: null };
}

interface TerminalOutput {
  readonly streams: CommandStreams;
  readonly word: string | null;
  readonly onPid: (pid: number) => void;
}

async function passTerminal(stream: Duplex, { streams, word, onPid }: TerminalOutput): Promise<Pick<CommandEnd, "state" | "refusal">> {
  const head = word === null ? null : new HeadLine(word, onPid);
  const tail = new MarkedOutput(word ?? NEVER);
  let isFirst = true;
  try {
    for await (const chunk of stream) {
      if (!(chunk instanceof Buffer)) continue;
      if (isFirst && START_REFUSAL.test(chunk.toString("latin1"))) return { state: null, refusal: chunk.toString() };
      isFirst = false;
      await passOn(streams.stdout, tail.push(head === null ? chunk : head.cut(chunk)));
    }
  } catch {
    // A container that ended ends its streams as it likes.
  }
  await passOn(streams.stdout, tail.end());
  return { state: tail.behind === null ? null : readHexState(tail.behind), refusal: null };
}

/** No terminal output ends so. */
const NEVER = "\0cooper\0";

/** Cuts the line off that a script begins its output with. */
class HeadLine {
  readonly #output: MarkedOutput;
  readonly #onPid: (pid: number) => void;
  #isDone = false;

  constructor(word: string, onPid: (pid: number) => void) {
    this.#output = new MarkedOutput(word);
    this.#onPid = onPid;
  }

  cut(chunk: Buffer): Buffer {
    if (this.#isDone) return chunk;
    this.#output.push(chunk);
    const { behind } = this.#output;
    const end = behind?.indexOf("\n") ?? -1;
    if (behind === null || end === -1) return Buffer.alloc(0);
    this.#isDone = true;
    this.#onPid(Number.parseInt(behind.toString("latin1", 0, end), 10));
    return behind.subarray(end + 1);
  }
}
