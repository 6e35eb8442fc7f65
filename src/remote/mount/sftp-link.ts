import { performance } from "node:perf_hooks";
import { PacketCutter, PacketReader, type PacketValue, printHead, printPacket, SFTP, STATUS } from "../../format/sftp/packet.ts";
import type { ServerChannel } from "./model.ts";

/** What the server answered to one request; `body` is behind the request's number. */
export interface Answer {
  readonly type: number;
  readonly body: PacketReader;
  /** Which of the connections it came over; 0: none. */
  readonly generation: number;
}

/** An answer that the server did not give: what was asked failed. */
export function failed(status: number): Answer {
  return { type: SFTP.status, body: new PacketReader(printPacket(SFTP.status, [status, "", ""]).subarray(5)), generation: 0 };
}

/** The server did not say it: the connection was lost, or the deadline passed. */
export function isLost(answer: Answer): boolean {
  return answer.type === SFTP.status && answer.generation === 0;
}

/** The number of a status; null for an answer that is none. It can be asked once. */
export function statusOf(answer: Answer): number | null {
  return answer.type === SFTP.status ? answer.body.number() : null;
}

/** A request with its two ends: what the one who asked is told, and what the server says, which may come after the deadline. */
export interface Asked {
  readonly answer: Promise<Answer>;
  /** Null when that will never be known. */
  readonly truth: Promise<Answer | null>;
}

/** One who waits for an answer; `answer` is null once he was told that there is none in time. */
interface Waiting {
  answer: ((answer: Answer) => void) | null;
  readonly truth: (answer: Answer | null) => void;
  readonly sentAt: number;
}

/** The shortest of late counts: an answer may wait for others. */
const FORGETTING = 1.05;

/** One connection to an SFTP server: many requests at once, each answer to its own. */
export class SftpLink {
  readonly #channel: ServerChannel;
  readonly #waiting = new Map<number, Waiting>();
  readonly #cutter = new PacketCutter();
  #extensions: ReadonlySet<string> = new Set();
  #next = 0;
  #hasEnded = false;
  #isCorked = false;
  #greeted: ((extensions: ReadonlySet<string>) => void) | null = null;
  /** When the last answer came, and how long one takes, in milliseconds. */
  heardAt = performance.now();
  roundTripMs = 0;
  /** Its number among the connections; to be set. */
  generation = 0;
  /** To be set: it ended, and why. */
  onEnd: (reason: string) => void = () => undefined;
  onHeard: () => void = () => undefined;

  private constructor(channel: ServerChannel) {
    this.#channel = channel;
    channel.output.on("data", (chunk: Buffer) => this.#take(chunk));
    channel.output.once("end", () => this.end("the connection ended"));
    channel.output.once("error", (error: Error) => this.end(error.message));
    channel.output.once("close", () => this.end("the connection was closed"));
    channel.input.on("error", (error: Error) => this.end(error.message));
  }

  /** Greets the server; rejects when the connection ends before it answers, or with the signal. */
  static async open(channel: ServerChannel, signal: AbortSignal): Promise<SftpLink> {
    const link = new SftpLink(channel);
    const sentAt = performance.now();
    try {
      link.#extensions = await new Promise((resolve, reject) => {
        link.#greeted = resolve;
        link.onEnd = (reason) => reject(new Error(reason));
        signal.addEventListener("abort", () => reject(new Error("no answer in time")), { once: true });
        // It may have ended before anybody listened.
        if (channel.output.readableEnded || channel.output.destroyed || signal.aborted) reject(new Error("the connection ended"));
        channel.input.write(printPacket(SFTP.init, [3]));
      });
    } catch (error) {
      link.end("no greeting");
      throw error;
    }
    link.roundTripMs = performance.now() - sentAt;
    link.onEnd = () => undefined;
    return link;
  }

  has(extension: string): boolean {
    return this.#extensions.has(extension);
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Bytes that are waiting to be sent. */
  get backlog(): number {
    return this.#channel.input.writableLength;
  }

  /** It owes an answer, and nothing came for that long. */
  isSilentFor(ms: number): boolean {
    const [oldest] = this.#waiting.values();
    return oldest !== undefined && oldest.answer !== null && performance.now() - Math.max(oldest.sentAt, this.heardAt) > ms;
  }

  /** All who wait are told that there is no answer in time. */
  giveUpWaiting(): void {
    for (const waiting of this.#waiting.values()) {
      waiting.answer?.(failed(STATUS.other));
      waiting.answer = null;
    }
  }

  /** Sends a request at once; `raw` are bytes that go behind the values. */
  ask(type: number, values: readonly PacketValue[], raw?: Buffer): Asked {
    if (this.#hasEnded) return { answer: Promise.resolve(failed(STATUS.other)), truth: Promise.resolve(null) };
    const id = (this.#next = (this.#next + 1) >>> 0);
    this.#cork();
    const { input } = this.#channel;
    input.write(raw === undefined ? printPacket(type, [id, values]) : printHead(type, [id, values], raw.length));
    if (raw !== undefined) input.write(raw);
    const answer = later<Answer>();
    const truth = later<Answer | null>();
    this.#waiting.set(id, { answer: answer.resolve, truth: truth.resolve, sentAt: performance.now() });
    return { answer: answer.promise, truth: truth.promise };
  }

  end(reason: string): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.onEnd(reason);
    this.giveUpWaiting();
    for (const { truth } of this.#waiting.values()) truth(null);
    this.#waiting.clear();
    void this.#channel.close().catch(() => undefined);
  }

  // What is asked in one turn goes out in one piece.
  #cork(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.#channel.input.cork();
    process.nextTick(() => {
      this.#isCorked = false;
      this.#channel.input.uncork();
    });
  }

  #take(chunk: Buffer): void {
    try {
      for (const packet of this.#cutter.add(chunk)) this.#hear(new PacketReader(packet));
    } catch (error) {
      this.end(`the server's answer makes no sense: ${error instanceof Error ? error.message : "unknown"}`);
      return;
    }
    this.onHeard();
  }

  #hear(packet: PacketReader): void {
    const type = packet.byte();
    if (type === SFTP.version) {
      this.#greeted?.(readExtensions(packet));
      return;
    }
    const waiting = this.#waiting.get(packet.number());
    if (waiting === undefined) return;
    this.heardAt = performance.now();
    this.roundTripMs = Math.min(this.heardAt - waiting.sentAt, this.roundTripMs * FORGETTING + 0.01);
    this.#waiting.delete(idOf(packet));
    const answer = { type, body: new PacketReader(packet.rest()), generation: this.generation };
    waiting.truth(answer);
    waiting.answer?.({ ...answer, body: new PacketReader(answer.body.bytes) });
  }
}

interface Later<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

function later<T>(): Later<T> {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

function idOf(packet: PacketReader): number {
  return packet.bytes.readUInt32BE(1);
}

function readExtensions(packet: PacketReader): ReadonlySet<string> {
  packet.number();
  const names = new Set<string>();
  while (!packet.isAtEnd) {
    names.add(packet.string().toString("latin1"));
    packet.string();
  }
  return names;
}
