import type { Clock } from "../../base/clock.ts";
import { createKeyReader, type TypedLine } from "../../format/terminal-stream/typed-keys.ts";
import type { Phase } from "../shell/shell-tracker.ts";

export interface GateOptions {
  readonly clock: Clock;
  readonly phase: () => Phase;
  /** The paths are being looked at, here or by another recorder, whose end is not told. */
  readonly isLooking: () => boolean;
  /** A shell is being given its hooks. */
  readonly isInjecting: () => boolean;
  /** Keys that were typed ahead need not wait for the next prompt any longer. */
  readonly mayRunAhead: (waited: number) => boolean;
  /** A shell itself reads what is typed ahead (its own `read`): a line at a time, the next may be a command. */
  readonly isOneByOne: () => boolean;
  /** What is typed while a command runs is not for a shell that is yet to be followed. */
  readonly maySend: (since: number) => boolean;
  readonly send: (bytes: Buffer) => void;
  /** `at` is from before the Enter was sent: by the time that a busy machine goes on here, the command may have done its work. */
  readonly onSubmit: (line: TypedLine, at: number) => void;
  /** Keys go to the command that runs. */
  readonly onAnswer: (bytes: Buffer) => void;
  readonly onInterrupt: () => void;
  /** Nothing was heard after a line was entered. */
  readonly onSilence: () => void;
  /** An Enter has waited for a look as long as it may. */
  readonly onLate: () => void;
}

/** An Enter, or an end-of-file (which enters no line), that is to be sent. */
interface Entered {
  readonly line: TypedLine | null;
  readonly key: Buffer;
  readonly since: number;
}

/** An Enter waits at most this long for the look at what the last command changed: beyond that the two commands are not told apart. */
const LOOK_MS = 30_000;
/** A shell that says nothing for so long after an Enter has started something. */
const SILENCE_MS = 150;
const POLL_MS = 50;
/** ^C, ^Z, ^\: nothing may hold these. */
const SIGNALS: ReadonlySet<number> = new Set([3, 26, 28]);
const ETX = 3;

/** Lets keys through to the shell, one command at a time, so that each line is known to belong to one command. */
export class InputGate {
  readonly #options: GateOptions;
  readonly #keys = createKeyReader();
  #queue: Buffer = Buffer.alloc(0);
  #entered: Entered | null = null;
  #phaseSince = 0;
  #queuedSince = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#queue.length === 0 && this.#entered === null;
  }

  push(bytes: Buffer): void {
    if (this.#queue.length === 0) this.#queuedSince = this.#options.clock();
    this.#queue = this.#queue.length === 0 ? bytes : Buffer.concat([this.#queue, bytes]);
    this.pump();
  }

  /** The phase changed. */
  turn(phase: Phase): void {
    this.#phaseSince = this.#options.clock();
    if (phase !== "prompt") this.#keys.reset();
    this.pump();
  }

  /** Lets through what may go now. */
  pump(): void {
    this.#stopTimer();
    while (!this.isEmpty) {
      const wait = this.#release();
      if (wait <= 0) continue;
      this.#timer = setTimeout(() => this.pump(), wait);
      return;
    }
    if (this.#options.phase() === "submitted") this.#awaitAnswer();
  }

  close(): void {
    this.#stopTimer();
    this.#queue = Buffer.alloc(0);
    this.#entered = null;
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  // Sends what may go; gives the milliseconds to wait before the next try, 0 for none.
  #release(): number {
    const { phase, isInjecting } = this.#options;
    if (isInjecting() || phase() === "starting") return POLL_MS;
    if (this.#entered !== null) return this.#enter(this.#entered);
    return phase() === "prompt" ? this.#toPrompt() : this.#toCommand();
  }

  #toPrompt(): number {
    const { length, line, isEnd } = this.#keys.read(this.#queue);
    const bytes = this.#take(length);
    const isHeld = line !== null || isEnd;
    const text = isHeld ? bytes.subarray(0, -1) : bytes;
    if (text.length > 0) this.#send(text);
    if (isHeld) this.#entered = { line, key: bytes.subarray(-1), since: this.#options.clock() };
    return 0;
  }

  #enter({ line, key, since }: Entered): number {
    const now = this.#options.clock();
    const waited = now - since;
    const isLooking = this.#options.isLooking();
    if (isLooking && this.#queue.includes(ETX)) return this.#takeBack();
    if (isLooking && waited < LOOK_MS) return POLL_MS;
    if (isLooking) this.#options.onLate();
    this.#entered = null;
    this.#options.send(key);
    if (line !== null) this.#options.onSubmit(line, now);
    return 0;
  }

  // ^C forgets what was typed before it, as a terminal does: also the Enter that the shell has not seen yet.
  #takeBack(): number {
    this.#entered = null;
    this.#queue = this.#queue.subarray(this.#queue.lastIndexOf(ETX));
    return 0;
  }

  #toCommand(): number {
    const waited = this.#options.clock() - this.#phaseSince;
    const isUrgent = this.#queue.some((byte) => SIGNALS.has(byte));
    const mayGo = this.#options.mayRunAhead(waited) && this.#options.maySend(this.#queuedSince);
    if (!isUrgent && !mayGo) return POLL_MS;
    const line = this.#options.isOneByOne() ? this.#queue.findIndex((byte) => byte === 10 || byte === 13) + 1 : 0;
    const bytes = this.#take(isUrgent || line === 0 ? this.#queue.length : line);
    if (line > 0) this.#phaseSince = this.#options.clock();
    if (this.#options.phase() === "submitted") this.#options.onSilence();
    this.#options.onAnswer(bytes);
    this.#send(bytes);
    return 0;
  }

  // A shell without an event for a command's start says nothing when it starts one.
  #awaitAnswer(): void {
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#options.phase() === "submitted") this.#options.onSilence();
    }, SILENCE_MS);
  }

  #take(length: number): Buffer {
    const bytes = this.#queue.subarray(0, length);
    this.#queue = this.#queue.subarray(length);
    return bytes;
  }

  #send(bytes: Buffer): void {
    if (bytes.includes(ETX)) this.#options.onInterrupt();
    this.#options.send(bytes);
  }
}
