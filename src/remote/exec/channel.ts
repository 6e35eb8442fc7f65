import type { Duplex } from "node:stream";
import { demultiplex } from "../../engine/demultiplex.ts";
import { createExec, startExec } from "../../engine/exec.ts";
import { exitOf } from "./exit-of.ts";
import { MarkedOutput, readEnd } from "./marked-output.ts";
import { type CommandEnd, type CommandStreams, type ContainerPlace, passOn, type RunningCommand } from "./running-command.ts";
import { WAITING_SHELL } from "./shell-line.ts";

type Frames = ReturnType<typeof demultiplex>;
type NextFrame = ReturnType<Frames["next"]>;

/** A shell of the container that waits for one line: it makes a command start without asking the engine. */
export interface Channel {
  readonly execId: string;
  readonly pid: number;
  readonly isOpen: boolean;
  /** Runs a line of `waitingLine` with this word. Only once. */
  run(line: Buffer, word: string, streams: CommandStreams): RunningCommand;
  close(): void;
}

const SHELL = "/bin/sh";

/** Starts a shell that waits; null where the container has none. */
export async function openChannel(place: ContainerPlace, signal?: AbortSignal): Promise<Channel | null> {
  const { engine, containerId, user } = place;
  const spec = { argv: [SHELL, "-c", WAITING_SHELL], tty: false, ...(user === null ? {} : { user }) };
  const execId = await createExec(engine, containerId, spec);
  const stream = await startExec(engine, execId, { tty: false, signal }).catch(nullForMissing);
  if (stream === null) return null;
  const frames = demultiplex(stream);
  const pid = await readNumber(frames);
  if (pid !== null) return new ShellChannel(place, { execId, pid, stream, frames });
  stream.destroy();
  return null;
}

const MISSING = /no such file|not found|permission denied/i;

function nullForMissing(error: unknown): null {
  if (error instanceof Error && MISSING.test(error.message)) return null;
  throw error;
}

async function readNumber(frames: Frames): Promise<number | null> {
  let text = "";
  while (!text.includes("\n")) {
    const next = await frames.next();
    if (next.done === true) return null;
    text += next.value.bytes.toString("latin1");
  }
  const match = /^(\d+)\n$/.exec(text);
  return match === null ? null : Number(match[1]);
}

interface Parts {
  readonly execId: string;
  readonly pid: number;
  readonly stream: Duplex;
  readonly frames: Frames;
}

class ShellChannel implements Channel {
  readonly execId: string;
  readonly pid: number;
  readonly #place: ContainerPlace;
  readonly #stream: Duplex;
  readonly #frames: Frames;
  /** Asked for at once: so a channel whose container ended is known to be closed. */
  #next: NextFrame;
  #isOpen = true;

  constructor(place: ContainerPlace, { execId, pid, stream, frames }: Parts) {
    this.execId = execId;
    this.pid = pid;
    this.#place = place;
    this.#stream = stream;
    this.#frames = frames;
    stream.on("error", () => undefined);
    stream.once("close", () => (this.#isOpen = false));
    this.#next = frames.next();
    const closed = (): void => void (this.#isOpen = false);
    this.#next.then((next) => next.done === true && closed(), closed);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  run(line: Buffer, word: string, streams: CommandStreams): RunningCommand {
    this.#stream.write(line);
    if (streams.stdin === null) this.#stream.end();
    else streams.stdin.pipe(this.#stream);
    return { process: this, done: this.#finish(word, streams), resize: () => undefined };
  }

  close(): void {
    this.#isOpen = false;
    this.#stream.destroy();
  }

  async #finish(word: string, streams: CommandStreams): Promise<CommandEnd> {
    try {
      const told = await this.#read(word, streams);
      if (told !== null) return { ...told, refusal: null };
      return { exit: await exitOf(this.#place, this.execId), state: null, refusal: null };
    } finally {
      streams.stdin?.unpipe(this.#stream);
      this.close();
    }
  }

  async #read(word: string, { stdout, stderr }: CommandStreams): Promise<Pick<CommandEnd, "exit" | "state"> | null> {
    const outputs = { stdout: new MarkedOutput(word), stderr: new MarkedOutput(word) };
    const targets = { stdout, stderr };
    for (;;) {
      const next = await this.#next.catch(() => null);
      if (next === null || next.done === true) break;
      const { stream, bytes } = next.value;
      await passOn(targets[stream], outputs[stream].push(bytes));
      const { behind } = outputs.stdout;
      const end = behind === null || outputs.stderr.behind === null ? null : readEnd(behind, word);
      if (end !== null) return end;
      this.#next = this.#frames.next();
    }
    for (const name of ["stdout", "stderr"] as const) await passOn(targets[name], outputs[name].end());
    return null;
  }
}
