import { createHash, hash, type Hash } from "node:crypto";

/** Bytes that are looked at to tell text from binary. */
const TEXT_PROBE = 8192;
const TOKEN = Buffer.from("HOSTNAME");
const EMPTY = Buffer.alloc(0);

/** The hash of a content, and the hash it has once host names in it are replaced by one token. */
export interface ContentHashes {
  /** SHA-256 of the bytes, lower-case hexadecimal. */
  readonly hash: string;
  /** The same unless a host name was found in a text. */
  readonly comparable: string;
}

/** SHA-256 of bytes at hand, lower-case hexadecimal. */
export function hashBytes(bytes: Uint8Array): string {
  return hash("sha256", bytes, "hex");
}

/**
 * Hashes contents that come in pieces, one content after the other: any number of `push`, then `finish`. In texts (no NUL in the first
 * 8 KiB) host names are found also across the borders of pieces; both hashes lag behind by the length of a name for that. A binary, or a
 * text without a host name, costs one hash.
 */
export class ContentHasher {
  readonly #names: readonly Buffer[];
  /** What is held back: a name that may have begun, and the byte after it. */
  readonly #lag: number;
  #plain: Hash = createHash("sha256");
  #replaced: Hash | null = null;
  #carry: Buffer = EMPTY;
  #byteBefore = 0;
  #position = 0;
  #isText: boolean;

  constructor(hostNames: readonly string[] = []) {
    this.#names = [...new Set(hostNames)].filter((name) => name !== "").map((name) => Buffer.from(name));
    this.#lag = Math.max(0, ...this.#names.map((name) => name.length)) + 1;
    this.#isText = this.#names.length > 0;
  }

  /** The hashes of a content at hand, without `push` and `finish`: most files come in one piece. */
  whole(bytes: Buffer): ContentHashes {
    const mayHoldName = this.#names.some((name) => bytes.includes(name)) && !bytes.subarray(0, TEXT_PROBE).includes(0);
    if (mayHoldName) {
      this.push(bytes);
      return this.finish();
    }
    const plain = hashBytes(bytes);
    return { hash: plain, comparable: plain };
  }

  /** The piece may be overwritten by its owner once the call returns. */
  push(piece: Buffer): void {
    if (this.#isText && this.#position < TEXT_PROBE && piece.subarray(0, TEXT_PROBE - this.#position).includes(0)) this.#giveUpText();
    this.#position += piece.length;
    if (!this.#isText) {
      this.#plain.update(piece);
      return;
    }
    const bytes = this.#carry.length === 0 ? piece : Buffer.concat([this.#carry, piece]);
    this.#carry = Buffer.from(bytes.subarray(this.#take(bytes, bytes.length - this.#lag)));
  }

  /** The hashes of all that was pushed; the next `push` begins a new content. */
  finish(): ContentHashes {
    if (this.#carry.length > 0) this.#take(this.#carry, this.#carry.length);
    const plain = this.#plain.digest("hex");
    const comparable = this.#replaced?.digest("hex") ?? plain;
    this.#plain = createHash("sha256");
    this.#replaced = null;
    this.#carry = EMPTY;
    this.#byteBefore = 0;
    this.#position = 0;
    this.#isText = this.#names.length > 0;
    return { hash: plain, comparable };
  }

  #giveUpText(): void {
    this.#isText = false;
    this.#replaced = null;
    this.#plain.update(this.#carry);
    this.#carry = EMPTY;
  }

  /** Hashes the bytes before `limit` and the rest of a name that begins before it; gives how many that were. */
  #take(bytes: Buffer, limit: number): number {
    let from = 0;
    for (let match = this.#nextName(bytes, 0); match !== null && match.at < limit; match = this.#nextName(bytes, from)) {
      this.#replaced ??= this.#plain.copy();
      this.#hash(bytes, { from, to: match.at });
      this.#plain.update(match.name);
      this.#replaced.update(TOKEN);
      from = match.at + match.name.length;
    }
    const end = Math.max(from, limit, 0);
    this.#hash(bytes, { from, to: end });
    if (end > 0) this.#byteBefore = bytes[end - 1] ?? 0;
    return end;
  }

  #hash(bytes: Buffer, range: { readonly from: number; readonly to: number }): void {
    if (range.to <= range.from) return;
    const part = bytes.subarray(range.from, range.to);
    this.#plain.update(part);
    this.#replaced?.update(part);
  }

  /** The first host name at or after `from` that stands as a word of its own. */
  #nextName(bytes: Buffer, from: number): { readonly at: number; readonly name: Buffer } | null {
    let best: { at: number; name: Buffer } | null = null;
    for (const name of this.#names) {
      let at = bytes.indexOf(name, from);
      while (at >= 0 && !this.#isWord(bytes, { at, end: at + name.length })) at = bytes.indexOf(name, at + 1);
      if (at >= 0 && (best === null || at < best.at || (at === best.at && name.length > best.name.length))) best = { at, name };
    }
    return best;
  }

  #isWord(bytes: Buffer, range: { readonly at: number; readonly end: number }): boolean {
    const before = range.at === 0 ? this.#byteBefore : (bytes[range.at - 1] ?? 0);
    return !isAlphanumeric(before) && !isAlphanumeric(bytes[range.end] ?? 0);
  }
}

function isAlphanumeric(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}
