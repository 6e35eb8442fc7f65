import { Decompress } from "fzstd";
import { messageOf } from "../../base/errors.ts";
import { damagedCompression } from "./damaged.ts";

const MAGIC = 0xfd_2f_b5_28;
const SKIPPED = 0x18_4d_2a_50;
/** What is decoded at once: four bytes of hostile data can become 128 KiB, and all that a piece becomes is held until it is taken. */
const PIECE = 2048;

/** True for the first bytes of data that zstd compressed. */
export function isZstd(bytes: Buffer): boolean {
  if (bytes.length < 4) return false;
  const magic = bytes.readUInt32LE(0);
  return magic === MAGIC || (magic & ~15) >>> 0 === SKIPPED;
}

/**
 * Takes zstd data (RFC 8878) piece by piece: frames after each other, skipped ones between them, without dictionaries. Checksums are not
 * compared. Throws `compression-damaged`.
 */
export class ZstdDecoder {
  readonly #decoded: Uint8Array[] = [];
  readonly #decoder = new Decompress((bytes) => this.#decoded.push(bytes));

  /** The bytes that are known with the piece; the last of them come with `end`. */
  *push(piece: Uint8Array): Generator<Uint8Array, void, void> {
    for (let at = 0; at < piece.length; at += PIECE) {
      this.#decode(piece.subarray(at, at + PIECE), false);
      yield* this.#decoded.splice(0);
    }
  }

  /** Tells that no more comes; gives what was held back until then. */
  *end(): Generator<Uint8Array, void, void> {
    this.#decode(new Uint8Array(0), true);
    yield* this.#decoded.splice(0);
  }

  #decode(piece: Uint8Array, isLast: boolean): void {
    try {
      this.#decoder.push(piece, isLast);
    } catch (error) {
      throw damagedCompression(messageOf(error));
    }
  }
}
