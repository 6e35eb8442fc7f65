import { BackwardBits } from "./bits.ts";
import { damagedCompression } from "./damaged.ts";
import { FseState, readFseTable } from "./fse.ts";

/** A table that is looked up with the next `depth` bits. */
export interface HuffmanTable {
  readonly depth: number;
  readonly symbols: Uint8Array;
  readonly lengths: Uint8Array;
}

const DEEPEST = 11;
const DIRECT = 128;

/** Reads a tree's description; `end` is where what follows it begins. */
export function readHuffmanTable(bytes: Buffer, start: number): { readonly table: HuffmanTable; readonly end: number } {
  const header = bytes[start];
  if (header === undefined) throw damagedCompression("a tree is cut");
  const first = start + 1;
  const end = first + (header < DIRECT ? header : (header - DIRECT + 2) >> 1);
  if (end > bytes.length) throw damagedCompression("a tree is cut");
  const weights = header < DIRECT ? packedWeights(bytes, first, end) : plainWeights(bytes, first, header - DIRECT + 1);
  return { table: buildTable(weights), end };
}

function plainWeights(bytes: Buffer, start: number, count: number): number[] {
  return Array.from({ length: count }, (_none, at) => {
    const byte = bytes[start + (at >> 1)] ?? 0;
    return at % 2 === 0 ? byte >> 4 : byte & 15;
  });
}

function packedWeights(bytes: Buffer, start: number, end: number): number[] {
  const { table, end: after } = readFseTable(bytes.subarray(0, end), start, { accuracy: 6, symbols: 256 });
  const bits = new BackwardBits(bytes, after, end);
  let [one, other] = [new FseState(table, bits), new FseState(table, bits)];
  const weights: number[] = [];
  // Two states take turns; when the bits of one are used up, the other has the last word.
  while (weights.length < 255) {
    weights.push(one.symbol());
    one.step();
    if (bits.left < 0) return [...weights, other.symbol()];
    [one, other] = [other, one];
  }
  throw damagedCompression("a tree has too many symbols");
}

/** The last symbol's weight is not written: it makes the sum a power of two. */
function buildTable(written: readonly number[]): HuffmanTable {
  const sum = written.reduce((total, weight) => total + (weight > 0 ? 2 ** (weight - 1) : 0), 0);
  const depth = 32 - Math.clz32(sum);
  const left = 2 ** depth - sum;
  if (sum === 0 || depth > DEEPEST || (left & (left - 1)) !== 0) throw damagedCompression("a tree is not whole");
  const weights = [...written, 32 - Math.clz32(left)];
  const symbols = new Uint8Array(1 << depth);
  const lengths = new Uint8Array(1 << depth);
  let at = 0;
  // The rarest symbols, with the longest codes, come first.
  for (let weight = 1; weight <= depth; weight++) {
    for (const [symbol, own] of weights.entries()) {
      if (own !== weight) continue;
      const room = 1 << (weight - 1);
      symbols.fill(symbol, at, at + room);
      lengths.fill(depth + 1 - weight, at, at + room);
      at += room;
    }
  }
  return { depth, symbols, lengths };
}

/** Decodes a stream of `count` symbols into `into` from `at` on. */
export function decodeHuffman(
  { depth, symbols, lengths }: HuffmanTable,
  bits: BackwardBits,
  { into, at, count }: { readonly into: Buffer; readonly at: number; readonly count: number },
): void {
  for (let place = at; place < at + count; place++) {
    const code = bits.peek(depth);
    into[place] = symbols[code] ?? 0;
    bits.left -= lengths[code] ?? 0;
  }
  if (bits.left !== 0) throw damagedCompression("a stream of literals has another length");
}
