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
  frame.set(encodeHead(kind, body.length));
  frame.set(body, HEADER_BYTES);
  return frame;
}

/** What stands before so many bytes: for long ones that are written behind it as they are. */
export function encodeHead(kind: string, length: number): Buffer {
  const head = Buffer.allocUnsafe(HEADER_BYTES);
  head.write(kind, 0, 1, "latin1");
  head.writeUInt32BE(length, 1);
  return head;
}

/** Takes frames out of a stream of bytes that comes in any pieces. Frames of the kinds `inPieces` are given as they come: then nothing long is copied. */
export class FrameReader {
  readonly #inPieces: string;
  #held: Buffer = NOTHING;
  #open: { readonly kind: string; left: number } | null = null;

  constructor(inPieces = "") {
    this.#inPieces = inPieces;
  }

  push(chunk: Buffer): readonly Frame[] {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const frames: Frame[] = [];
    for (let frame = this.#take(); frame !== null; frame = this.#take()) frames.push(frame);
    return frames;
  }

  #take(): Frame | null {
    if (this.#open === null) {
      if (this.#held.length < HEADER_BYTES) return null;
      this.#open = { kind: this.#held.toString("latin1", 0, 1), left: this.#held.readUInt32BE(1) };
      this.#held = this.#held.subarray(HEADER_BYTES);
    }
    const { kind, left } = this.#open;
    const isWhole = this.#held.length >= left;
    if (!isWhole && (this.#held.length === 0 || !this.#inPieces.includes(kind))) return null;
    const bytes = this.#held.subarray(0, left);
    this.#held = this.#held.subarray(bytes.length);
    if (isWhole) this.#open = null;
    else this.#open.left -= bytes.length;
    return { kind, bytes };
  }
}

const NOTHING = Buffer.alloc(0);
