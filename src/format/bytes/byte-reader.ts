import { decodePath } from "../tree/path-bytes.ts";

/** The bytes ended before all of a value was read. */
export class ShortInput extends RangeError {}

/** Reads value after value, numbers with the big end first; throws `ShortInput` behind the end. Bytes are not copied. */
export class ByteReader {
  readonly #whole: Buffer;
  #at = 0;

  constructor(whole: Buffer) {
    this.#whole = whole;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#whole.length;
  }

  byte(): number {
    return this.#whole.readUInt8(this.#pass(1));
  }

  number(): number {
    return this.#whole.readUInt32BE(this.#pass(4));
  }

  /** A 64-bit number; one above 2^53 is not exact. */
  long(): number {
    return this.number() * 2 ** 32 + this.number();
  }

  /** Bytes with their length before them. */
  field(): Buffer {
    return this.take(this.number());
  }

  /** A path with its length before it, as `decodePath` gives it. */
  path(): string {
    const length = this.number();
    if (length === 0) return "";
    const from = this.#pass(length);
    // Most are plain, and need no buffer of their own.
    const text = this.#whole.toString("utf8", from, from + length);
    return text.includes("\uFFFD") ? decodePath(this.#whole.subarray(from, from + length)) : text;
  }

  rest(): Buffer {
    return this.take(this.#whole.length - this.#at);
  }

  take(length: number): Buffer {
    const from = this.#pass(length);
    return this.#whole.subarray(from, from + length);
  }

  #pass(length: number): number {
    const from = this.#at;
    const end = from + length;
    if (end > this.#whole.length) throw new ShortInput(`${length} bytes wanted, ${this.#whole.length - from} are there`);
    this.#at = end;
    return from;
  }
}
