import { damagedCompression } from "./damaged.ts";
import type { HuffmanTable } from "./huffman.ts";
import { readLiterals } from "./literals.ts";
import { NO_TABLES, readSequences, type SequenceTables } from "./sequences.ts";
import { Window } from "./window.ts";

const MAGIC = 0xfd_2f_b5_28;
const SKIPPED = 0x18_4d_2a_50;
/** What the reference program takes without being asked; a layer's window is 8 MB at most. */
const LARGEST_WINDOW = 128 * 1024 ** 2;
const LONGEST_BLOCK = 128 * 1024;
const LONGEST_HEADER = 18;

/** True for the first bytes of data that zstd compressed. */
export function isZstd(bytes: Buffer): boolean {
  if (bytes.length < 4) return false;
  const magic = bytes.readUInt32LE(0);
  return magic === MAGIC || (magic & ~15) >>> 0 === SKIPPED;
}

interface Frame {
  readonly window: Window;
  readonly hasChecksum: boolean;
  tree: HuffmanTable | null;
  tables: SequenceTables;
}

/**
 * Takes zstd data (RFC 8878) piece by piece: frames after each other, skipped ones between them, without dictionaries. Checksums are not
 * compared. Throws `compression-damaged`.
 */
export class ZstdDecoder {
  #pending: Buffer = Buffer.alloc(0);
  #skip = 0;
  #frame: Frame | null = null;

  /** The bytes that the piece completes. */
  *push(piece: Uint8Array): Generator<Buffer, void, void> {
    this.#pending = this.#pending.length === 0 ? Buffer.from(piece) : Buffer.concat([this.#pending, piece]);
    for (let before = -1; before !== this.#pending.length;) {
      before = this.#pending.length;
      const bytes = this.#step();
      if (bytes !== null && bytes.length > 0) yield bytes;
    }
  }

  /** Tells that no more comes. */
  end(): void {
    if (this.#frame !== null || this.#pending.length > 0 || this.#skip > 0) throw damagedCompression("it ends too early");
  }

  #step(): Buffer | null {
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, this.#pending.length);
      this.#skip -= skipped;
      this.#drop(skipped);
      return null;
    }
    if (this.#frame !== null) return this.#takeBlock(this.#frame);
    this.#takeHeader();
    return null;
  }

  #drop(count: number): void {
    this.#pending = this.#pending.subarray(count);
  }

  #takeHeader(): void {
    const bytes = this.#pending;
    if (bytes.length < 8) return;
    if (!isZstd(bytes)) throw damagedCompression("a frame has another mark");
    if (bytes.readUInt32LE(0) !== MAGIC) {
      this.#skip = bytes.readUInt32LE(4);
      this.#drop(8);
      return;
    }
    const header = readHeader(bytes);
    if (header === null) return;
    const { window, hasChecksum, length } = header;
    if (window > LARGEST_WINDOW) throw damagedCompression(`it asks for a window of ${window} bytes`);
    this.#frame = { window: new Window(window), hasChecksum, tree: null, tables: NO_TABLES };
    this.#drop(length);
  }

  #takeBlock(frame: Frame): Buffer | null {
    const bytes = this.#pending;
    if (bytes.length < 3) return null;
    const header = bytes.readUIntLE(0, 3);
    const [isLast, kind, size] = [(header & 1) === 1, (header >> 1) & 3, header >> 3];
    if (size > LONGEST_BLOCK || kind === 3) throw damagedCompression("a block has an unknown kind or length");
    const end = 3 + (kind === 1 ? 1 : size) + (isLast && frame.hasChecksum ? 4 : 0);
    if (bytes.length < end) return null;
    frame.window.begin();
    if (kind === 0) frame.window.append(bytes.subarray(3, 3 + size));
    else if (kind === 1) frame.window.fill(bytes[3] ?? 0, size);
    else decodeBlock(frame, bytes.subarray(3, 3 + size));
    this.#drop(end);
    if (isLast) this.#frame = null;
    return frame.window.block();
  }
}

function decodeBlock(frame: Frame, block: Buffer): void {
  const { literals, tree, end } = readLiterals(block, frame.tree);
  let used = 0;
  const { window } = frame;
  const take = (count: number, match: number, offset: number): void => {
    if (used + count > literals.length) throw damagedCompression("a block has too few literals");
    window.append(literals, used, used + count);
    used += count;
    window.copy(offset, match, count > 0);
  };
  frame.tree = tree;
  frame.tables = readSequences(block, end, { tables: frame.tables, take });
  window.append(literals, used);
}

interface Header {
  readonly window: number;
  readonly hasChecksum: boolean;
  readonly length: number;
}

/** The header of a frame; null while it is not all there. */
function readHeader(bytes: Buffer): Header | null {
  const descriptor = bytes[4] ?? 0;
  const isSingle = (descriptor & 32) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const start = 5 + (isSingle ? 0 : 1);
  const length = start + dictionary + sizes;
  if (bytes.length < Math.min(length, LONGEST_HEADER)) return null;
  if (dictionary > 0 && bytes.readUIntLE(start, dictionary) !== 0) throw damagedCompression("it needs a dictionary");
  const content = sizes === 8 ? Number(bytes.readBigUInt64LE(start + dictionary)) : readSmall(bytes, start + dictionary, sizes);
  const window = isSingle ? content : windowOf(bytes[5] ?? 0);
  return { window: Math.max(window, 1024), hasChecksum: (descriptor & 4) !== 0, length };
}

function readSmall(bytes: Buffer, at: number, length: number): number {
  if (length === 0) return 0;
  return bytes.readUIntLE(at, length) + (length === 2 ? 256 : 0);
}

function windowOf(byte: number): number {
  const base = 2 ** (10 + (byte >> 3));
  return base + (base / 8) * (byte & 7);
}
