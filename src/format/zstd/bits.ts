import { damagedCompression } from "./damaged.ts";

/** Bits of a block from its first byte on, the lowest of each byte first. */
export class ForwardBits {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, start: number) {
    this.#bytes = bytes;
    this.#at = start * 8;
  }

  /** The next bits (at most 24) without taking them. */
  peek(count: number): number {
    const byte = this.#at >>> 3;
    let value = 0;
    for (let index = 3; index >= 0; index--) value = value * 256 + (this.#bytes[byte + index] ?? 0);
    return Math.floor(value / 2 ** (this.#at & 7)) % 2 ** count;
  }

  take(count: number): number {
    const value = this.peek(count);
    this.#at += count;
    if (this.#at > this.#bytes.length * 8) throw damagedCompression("a table is cut");
    return value;
  }

  /** The first byte that no bit was taken of. */
  end(): number {
    return (this.#at + 7) >>> 3;
  }
}

/** Bits of a stream that is read from its last byte to its first; below the first they are zeros. */
export class BackwardBits {
  /** Four bytes more than the stream, so that a word can be read anywhere in it. */
  readonly #bytes: Buffer;
  /** How many are left; negative when more were taken than there were. */
  left: number;

  constructor(bytes: Buffer, start: number, end: number) {
    if (start >= end || end > bytes.length) throw damagedCompression("a stream is cut");
    const last = bytes[end - 1] ?? 0;
    if (last === 0) throw damagedCompression("a stream has no end");
    this.#bytes = Buffer.alloc(end - start + 4);
    bytes.copy(this.#bytes, 0, start, end);
    // The highest bit that is set only marks the end.
    this.left = (end - start) * 8 - Math.clz32(last) + 23;
  }

  /** The next bits (at most 25) without taking them. */
  peek(count: number): number {
    const from = this.left - count;
    if (from >= 0) return (this.#bytes.readUInt32LE(from >>> 3) >>> (from & 7)) & ((1 << count) - 1);
    if (this.left <= 0) return 0;
    return (this.#bytes.readUInt32LE(0) & ((1 << this.left) - 1)) << -from;
  }

  take(count: number): number {
    if (count === 0) return 0;
    if (count > 16) return this.take(count - 16) * 65_536 + this.take(16);
    const value = this.peek(count);
    this.left -= count;
    return value;
  }
}
