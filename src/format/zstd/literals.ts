import { BackwardBits } from "./bits.ts";
import { damagedCompression } from "./damaged.ts";
import { decodeHuffman, type HuffmanTable, readHuffmanTable } from "./huffman.ts";

/** The literals of a block, the tree that they were packed with (for a later block), and where the sequences begin. */
interface Literals {
  readonly literals: Buffer;
  readonly tree: HuffmanTable | null;
  readonly end: number;
}

const LONGEST = 128 * 1024;

/** Reads the literals of a block; `before` is the tree of the block before (RFC 8878, 3.1.1.3.1). */
export function readLiterals(block: Buffer, before: HuffmanTable | null): Literals {
  const first = block[0];
  if (first === undefined) throw damagedCompression("a block is empty");
  const format = (first >> 2) & 3;
  const kind = first & 3;
  return kind < 2 ? readPlain(block, { isSame: kind === 1, format, before }) : readPacked(block, format, kind === 2 ? null : before);
}

interface Plain {
  readonly isSame: boolean;
  readonly format: number;
  readonly before: HuffmanTable | null;
}

function readPlain(block: Buffer, { isSame, format, before }: Plain): Literals {
  const head = format === 1 ? 2 : format === 3 ? 3 : 1;
  if (block.length < head) throw damagedCompression("a block is cut");
  const size = block.readUIntLE(0, head) >> (head === 1 ? 3 : 4);
  const end = head + (isSame ? 1 : size);
  if (end > block.length || size > LONGEST) throw damagedCompression("a block is cut");
  return { literals: isSame ? Buffer.alloc(size, block[head]) : block.subarray(head, end), tree: before, end };
}

function readPacked(block: Buffer, format: number, before: HuffmanTable | null): Literals {
  const width = [10, 10, 14, 18][format] ?? 10;
  const head = [3, 3, 4, 5][format] ?? 3;
  if (block.length < head) throw damagedCompression("a block is cut");
  const sizes = Math.floor(block.readUIntLE(0, head) / 16);
  const size = sizes % 2 ** width;
  const end = head + Math.floor(sizes / 2 ** width);
  if (end > block.length || size > LONGEST) throw damagedCompression("a block is cut");
  const packed = block.subarray(0, end);
  const { table, end: start } = before === null ? readHuffmanTable(packed, head) : { table: before, end: head };
  const literals = Buffer.allocUnsafe(size);
  if (format === 0) decodeHuffman(table, new BackwardBits(packed, start, end), { into: literals, at: 0, count: size });
  else decodeFour(table, packed.subarray(start), literals);
  return { literals, tree: table, end };
}

/** Four streams with their lengths before them, each of a quarter of the literals. */
function decodeFour(table: HuffmanTable, streams: Buffer, into: Buffer): void {
  if (streams.length < 6) throw damagedCompression("a block is cut");
  const quarter = (into.length + 3) >> 2;
  let start = 6;
  for (let number = 0; number < 4; number++) {
    const end = number === 3 ? streams.length : start + streams.readUInt16LE(number * 2);
    const at = number * quarter;
    const count = number === 3 ? into.length - at : quarter;
    if (count < 0) throw damagedCompression("a block has too few literals");
    decodeHuffman(table, new BackwardBits(streams, start, end), { into, at, count });
    start = end;
  }
}
