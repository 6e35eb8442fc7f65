import { PassThrough, Writable } from "node:stream";
import { field, MESSAGE, message, type SshReader, uint32 } from "../../format/ssh/wire.ts";

/** How much a client may send before somebody has taken it. */
export const WINDOW = 2 * 1024 * 1024;
export const LARGEST_PACKET = 32 * 1024;

const STDERR = 1;

export interface ChannelPlace {
  /** Number of the channel with the client. */
  readonly peer: number;
  /** How much the client takes until it says more. */
  readonly window: number;
  readonly largest: number;
  readonly send: (payload: Buffer) => Promise<void>;
}

/** One stream in both directions beside others in a connection. */
export class Channel {
  /** What the client sends. */
  readonly stdin = new PassThrough();
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly #place: ChannelPlace;
  readonly #closing = new AbortController();
  #window: number;
  #taken = 0;
  #isDone = false;
  #wake: () => void = () => undefined;

  constructor(place: ChannelPlace) {
    this.#place = place;
    this.#window = place.window;
    this.stdout = this.#sink((bytes) => message(MESSAGE.data, uint32(place.peer), field(bytes)));
    this.stderr = this.#sink((bytes) => message(MESSAGE.extendedData, uint32(place.peer), uint32(STDERR), field(bytes)));
    this.stdin.on("error", () => undefined);
  }

  /** Aborted when the client closes it or goes. */
  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  /** Takes a message about this channel. */
  take(kind: number, reader: SshReader): void {
    if (kind === MESSAGE.windowAdjust) this.#widen(reader.uint32());
    else if (kind === MESSAGE.data) this.#receive(reader.bytes());
    else if (kind === MESSAGE.eof) this.stdin.end();
    else if (kind === MESSAGE.close) this.drop();
  }

  /** The client is gone, or wants no more. */
  drop(): void {
    this.stdin.end();
    this.#closing.abort();
    this.#wake();
    this.#say(MESSAGE.close);
  }

  /** Says the end after all that was written, with the exit code of a command. */
  async finish(exit: number | null): Promise<void> {
    await Promise.all([this.stdout, this.stderr].map((sink) => new Promise<void>((resolve) => sink.write("", () => resolve()))));
    const { peer, send } = this.#place;
    if (this.#isDone) return;
    if (exit !== null) await send(message(MESSAGE.channelRequest, uint32(peer), field("exit-status"), Buffer.of(0), uint32(exit & 0xff)));
    await send(message(MESSAGE.eof, uint32(peer)));
    this.#say(MESSAGE.close);
  }

  #say(kind: number): void {
    if (this.#isDone) return;
    this.#isDone = true;
    void this.#place.send(message(kind, uint32(this.#place.peer)));
  }

  #receive(bytes: Buffer): void {
    if (this.stdin.writableEnded) return;
    this.stdin.write(bytes, () => {
      this.#taken += bytes.length;
      if (this.#taken < WINDOW / 4) return;
      const more = this.#taken;
      this.#taken = 0;
      void this.#place.send(message(MESSAGE.windowAdjust, uint32(this.#place.peer), uint32(more)));
    });
  }

  #widen(more: number): void {
    this.#window += more;
    this.#wake();
  }

  #sink(pack: (bytes: Buffer) => Buffer): Writable {
    const write = async (chunk: Buffer): Promise<void> => {
      let rest = chunk;
      while (rest.length > 0 && !this.#closing.signal.aborted) {
        while (this.#window === 0 && !this.#closing.signal.aborted)
          await new Promise<void>((resolve) => (this.#wake = chain(this.#wake, resolve)));
        const part = rest.subarray(0, Math.min(this.#window, this.#place.largest, LARGEST_PACKET));
        this.#window -= part.length;
        rest = rest.subarray(part.length);
        if (part.length > 0) await this.#place.send(pack(part));
      }
    };
    return new Writable({
      decodeStrings: true,
      write: (chunk: Buffer, _encoding, done) => void write(chunk).then(() => done(), done),
    }).on("error", () => undefined);
  }
}

function chain(first: () => void, second: () => void): () => void {
  return () => {
    first();
    second();
  };
}
