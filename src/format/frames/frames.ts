/** A piece of a conversation: one letter that says what it is, and bytes. */
export interface Frame {
  readonly kind: string;
  readonly bytes: Buffer;
}

const HEADER_BYTES = 5;

/** One letter, the length as 32-bit big endian, the bytes. */
export function encodeFrame(kind: string, bytes: Uint8Array | string = ""): Buffer {
  const body = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
  const frame = Buffer.allocUnsafe(HEADER_BYTES + body.length);
  frame.write(kind, 0, 1, "latin1");
  frame.writeUInt32BE(body.length, 1);
  frame.set(body, HEADER_BYTES);
  return frame;
}

/** Takes frames out of a stream of bytes that comes in any pieces. */
export class FrameReader {
  #held: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): readonly Frame[] {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const frames: Frame[] = [];
    for (let size = frameSize(this.#held); size !== null && this.#held.length >= size; size = frameSize(this.#held)) {
      frames.push({ kind: this.#held.toString("latin1", 0, 1), bytes: this.#held.subarray(HEADER_BYTES, size) });
      this.#held = this.#held.subarray(size);
    }
    return frames;
  }
}

function frameSize(bytes: Buffer): number | null {
  return bytes.length < HEADER_BYTES ? null : HEADER_BYTES + bytes.readUInt32BE(1);
}
