import { damagedCompression } from "./damaged.ts";

const BLOCK = 128 * 1024;
/** Shorter copies are faster byte by byte. */
const SHORT = 48;

/** The last bytes that a frame gave, which later ones are copied from. */
export class Window {
  readonly #size: number;
  readonly #bytes: Buffer;
  #end = 0;
  #blockStart = 0;
  /** The last three distances, the newest first. */
  #first = 1;
  #second = 4;
  #third = 8;

  constructor(size: number) {
    this.#size = size;
    this.#bytes = Buffer.allocUnsafe(Math.max(size, BLOCK) + size + 2 * BLOCK);
  }

  /** Begins a block; what is too far back to be copied is dropped. */
  begin(): void {
    if (this.#end + BLOCK > this.#bytes.length) {
      this.#bytes.copyWithin(0, this.#end - this.#size, this.#end);
      this.#end = this.#size;
    }
    this.#blockStart = this.#end;
  }

  /** The bytes of the block, in memory of their own. */
  block(): Buffer {
    return Buffer.from(this.#bytes.subarray(this.#blockStart, this.#end));
  }

  append(bytes: Buffer, start = 0, end = bytes.length): void {
    const length = end - start;
    this.#reserve(length);
    if (length < SHORT) for (let at = 0; at < length; at++) this.#bytes[this.#end + at] = bytes[start + at] ?? 0;
    else this.#bytes.set(bytes.subarray(start, end), this.#end);
    this.#end += length;
  }

  fill(byte: number, count: number): void {
    this.#reserve(count);
    this.#bytes.fill(byte, this.#end, this.#end + count);
    this.#end += count;
  }

  /** Copies from before; a copy may reach into itself. `value` is that of a sequence, `hasLiterals` whether some came before it. */
  copy(value: number, length: number, hasLiterals: boolean): void {
    const distance = this.#distanceOf(value, hasLiterals);
    if (distance <= 0 || distance > this.#end) throw damagedCompression("it refers to what was never there");
    this.#reserve(length);
    const from = this.#end - distance;
    if (distance >= length && length >= SHORT) this.#bytes.copyWithin(this.#end, from, from + length);
    else for (let at = 0; at < length; at++) this.#bytes[this.#end + at] = this.#bytes[from + at] ?? 0;
    this.#end += length;
  }

  #reserve(length: number): void {
    if (this.#end - this.#blockStart + length > BLOCK) throw damagedCompression("a block gives too many bytes");
  }

  #distanceOf(value: number, hasLiterals: boolean): number {
    const index = value > 3 ? 4 : value - (hasLiterals ? 1 : 0);
    if (index === 0) return this.#first;
    const distance = this.#named(index, value);
    if (index !== 1) this.#third = this.#second;
    this.#second = this.#first;
    this.#first = distance;
    return distance;
  }

  /** The distance that a value above 3 or the place of an earlier one stands for. */
  #named(index: number, value: number): number {
    if (index === 4) return value - 3;
    if (index === 3) return this.#first - 1;
    return index === 1 ? this.#second : this.#third;
  }
}
