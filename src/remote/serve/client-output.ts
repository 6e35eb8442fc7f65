import { Writable } from "node:stream";
import { encodeHead } from "../../format/frames/frames.ts";
import type { LocalSocket } from "../../system/network/local-socket.ts";

const MOST_AT_ONCE = 256 * 1024;

/** What a command writes, on its way to the client. The pieces of one turn go out as one frame, in one write. */
export class ClientOutput extends Writable {
  readonly #socket: LocalSocket;
  readonly #kind: string;
  #pieces: Buffer[] = [];
  #bytes = 0;
  /** Who waits until the client has read more. */
  #waiting: (() => void) | null = null;

  constructor(socket: LocalSocket, kind: string) {
    super({ highWaterMark: MOST_AT_ONCE });
    this.#socket = socket;
    this.#kind = kind;
  }

  override _write(piece: Buffer, _encoding: string, done: () => void): void {
    if (this.#pieces.push(piece) === 1) process.nextTick(() => this.#send());
    this.#bytes += piece.length;
    if (this.#bytes < MOST_AT_ONCE && !this.#socket.writableNeedDrain) done();
    else this.#waiting = done;
  }

  override _final(done: () => void): void {
    this.#send();
    done();
  }

  #send(): void {
    const [pieces, bytes] = [this.#pieces, this.#bytes];
    [this.#pieces, this.#bytes] = [[], 0];
    const socket = this.#socket;
    if (bytes > 0 && !socket.destroyed) {
      socket.cork();
      socket.write(encodeHead(this.#kind, bytes));
      for (const piece of pieces) socket.write(piece);
      socket.uncork();
    }
    if (socket.destroyed || !socket.writableNeedDrain) return this.#goOn();
    const go = (): void => {
      socket.off("drain", go);
      socket.off("close", go);
      this.#goOn();
    };
    socket.on("drain", go);
    socket.on("close", go);
  }

  #goOn(): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.();
  }
}
