import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { demultiplex } from "../../engine/stream/demultiplex.ts";
import { createExec, startExec } from "../../engine/stream/exec.ts";
import { exitOf } from "./exit-of.ts";
import { ANSWERS_WITHIN_MS, inTime } from "./in-time.ts";
import { MarkedOutput, readEnd, waitsAgain } from "./marked-output.ts";
import { type CommandEnd, type CommandStreams, type ContainerPlace, passOn, type RunningCommand } from "./running-command.ts";
import { WAITING_SHELL, type WaitingLine } from "./shell-line.ts";
import { hangUp } from "./signal-command.ts";

type Frames = ReturnType<typeof demultiplex>;
type NextFrame = ReturnType<Frames["next"]>;

/** A shell of the container that waits for one line: it makes a command start without asking the engine. */
export interface Channel {
  readonly execId: string;
  readonly pid: number;
  readonly isOpen: boolean;
  /** Its command has ended; whether it waits again is not known yet. */
  readonly isEnding: boolean;
  /** Runs a line; again only when it is told to wait. */
  run(line: WaitingLine, streams: CommandStreams): RunningCommand;
  close(): void;
  /** Closes it and ends its shell, which lies or says nothing: by itself that would not end. */
  hangUp(): void;
}

export interface ChannelOptions {
  /** Its command is over: it waits for another one, or is closed. */
  readonly onOver: (channel: Channel) => void;
}

const SHELL = "/bin/sh";

/** Starts a shell that waits; null where the container has none. */
export async function openChannel(place: ContainerPlace, options: ChannelOptions): Promise<Channel | null> {
  const { engine, containerId, user } = place;
  const spec = { argv: [SHELL, "-c", WAITING_SHELL], tty: false, ...(user === null ? {} : { user }) };
  const execId = await createExec(engine, containerId, spec);
  const stream = await startExec(engine, execId, { tty: false }).catch(nullForMissing);
  if (stream === null) return null;
  const frames = demultiplex(stream);
  // What is no shell does not end by itself when nobody listens.
  const end = (): void => {
    stream.destroy();
    void hangUp(place, { execId, pid: null });
  };
  const pid = await inTime(readNumber(frames), end);
  if (pid !== null) return new ShellChannel(place, options, { execId, pid, stream, frames });
  end();
  return null;
}

const MISSING = /no such file|not found|permission denied/i;

function nullForMissing(error: unknown): null {
  if (error instanceof Error && MISSING.test(error.message)) return null;
  throw error;
}

/** More than this is no number. */
const LONGEST_NUMBER = 20;

async function readNumber(frames: Frames): Promise<number | null> {
  let text = "";
  while (!text.includes("\n") && text.length <= LONGEST_NUMBER) {
    const next = await frames.next();
    if (next.done === true) return null;
    text += next.value.bytes.toString("latin1");
  }
  const match = /^([1-9]\d{0,9})\n$/.exec(text);
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
  readonly #onOver: ChannelOptions["onOver"];
  readonly #stream: Duplex;
  readonly #frames: Frames;
  /** Asked for at once: so a channel whose container ended is known to be closed. */
  #next: NextFrame;
  #isOpen = true;
  #isEnding = false;
  #isSpoiled = false;

  constructor(place: ContainerPlace, { onOver }: ChannelOptions, { execId, pid, stream, frames }: Parts) {
    this.execId = execId;
    this.pid = pid;
    this.#place = place;
    this.#onOver = onOver;
    this.#stream = stream;
    this.#frames = frames;
    stream.on("error", () => undefined);
    stream.once("close", () => (this.#isOpen = false));
    this.#next = this.#ask();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get isEnding(): boolean {
    return this.#isEnding;
  }

  run(line: WaitingLine, streams: CommandStreams): RunningCommand {
    this.#stream.write(line.bytes);
    if (streams.stdin !== null) streams.stdin.pipe(this.#stream);
    else if (!line.isKept) this.#stream.end();
    return { process: this, done: this.#finish(line, streams), spoil: () => (this.#isSpoiled = true), resize: () => undefined };
  }

  close(): void {
    this.#isOpen = false;
    this.#stream.destroy();
  }

  hangUp(): void {
    this.close();
    void hangUp(this.#place, this);
  }

  #ask(): NextFrame {
    const next = this.#frames.next();
    const closed = (): void => void (this.#isOpen = false);
    next.then((frame) => frame.done === true && closed(), closed);
    return next;
  }

  async #finish({ word, isKept }: WaitingLine, streams: CommandStreams): Promise<CommandEnd> {
    const outputs = { stdout: new MarkedOutput(word), stderr: new MarkedOutput(word) };
    let told: Pick<CommandEnd, "exit" | "state"> | null = null;
    try {
      told = await this.#read(word, { outputs, streams });
      if (told !== null) return { ...told, refusal: null };
      return { exit: await exitOf(this.#place, this.execId, this.#stream), state: null, refusal: null };
    } finally {
      streams.stdin?.unpipe(this.#stream);
      this.#isEnding = true;
      void this.#end(told !== null && isKept && this.#waitsAgain(word, outputs));
    }
  }

  async #end(isWaiting: Promise<boolean> | false): Promise<void> {
    if (!(await Promise.race([isWaiting, delay(ANSWERS_WITHIN_MS, false, { ref: false })])) || this.#isSpoiled) this.close();
    this.#isEnding = false;
    this.#onOver(this);
  }

  async #read(word: string, { outputs, streams }: Reading): Promise<Pick<CommandEnd, "exit" | "state"> | null> {
    for (;;) {
      const next = await this.#next.catch(() => null);
      if (next === null || next.done === true) break;
      const { stream, bytes } = next.value;
      await passOn(streams[stream], outputs[stream].push(bytes));
      this.#next = this.#ask();
      const { behind } = outputs.stdout;
      const end = behind === null || outputs.stderr.behind === null ? null : readEnd(behind, word);
      if (end !== null) return end;
      if (isTooLong(outputs)) this.hangUp();
    }
    for (const name of ["stdout", "stderr"] as const) await passOn(streams[name], outputs[name].end());
    return null;
  }

  async #waitsAgain(word: string, { stdout, stderr }: Reading["outputs"]): Promise<boolean> {
    while (!waitsAgain(stdout.behind ?? NOTHING, word)) {
      const next = await this.#next.catch(() => null);
      if (next === null || next.done === true) return false;
      (next.value.stream === "stdout" ? stdout : stderr).push(next.value.bytes);
      if (isTooLong({ stdout, stderr })) this.hangUp();
      this.#next = this.#ask();
    }
    return stderr.behind?.length === 0;
  }
}

interface Reading {
  readonly outputs: Readonly<Record<"stdout" | "stderr", MarkedOutput>>;
  readonly streams: CommandStreams;
}

const NOTHING = Buffer.alloc(0);

function isTooLong({ stdout, stderr }: Reading["outputs"]): boolean {
  return stdout.isTooLong || stderr.isTooLong;
}
