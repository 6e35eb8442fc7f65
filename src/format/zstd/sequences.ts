import { BackwardBits } from "./bits.ts";
import { damagedCompression } from "./damaged.ts";
import { buildFseTable, FseState, type FseTable, readFseTable, singleSymbol } from "./fse.ts";

/** The tables that a block leaves to the next one. */
export interface SequenceTables {
  readonly literals: FseTable | null;
  readonly offsets: FseTable | null;
  readonly matches: FseTable | null;
}

/** What a frame begins with. */
export const NO_TABLES: SequenceTables = { literals: null, offsets: null, matches: null };

/** A step of a block: that many literals, then a copy of `match` bytes from `offset` before. `offset` is not yet a distance: 1 to 3 repeat. */
export type TakeSequence = (literals: number, match: number, offset: number) => void;

interface Code {
  readonly standard: FseTable;
  readonly most: { readonly accuracy: number; readonly symbols: number };
}

const ones = (count: number): number[] => Array.from({ length: count }, () => 1);
const twos = (count: number): number[] => Array.from({ length: count }, () => 2);
const rare = (count: number): number[] => Array.from({ length: count }, () => -1);
const LITERALS: Code = {
  standard: buildFseTable([4, 3, ...twos(11), 1, 1, 1, ...twos(9), 3, 2, 1, 1, 1, 1, 1, ...rare(4)], 6),
  most: { accuracy: 9, symbols: 36 },
};
const OFFSETS: Code = {
  standard: buildFseTable([...ones(6), 2, 2, 2, ...ones(15), ...rare(5)], 5),
  most: { accuracy: 8, symbols: 32 },
};
const MATCHES: Code = {
  standard: buildFseTable([1, 4, 3, ...twos(6), ...ones(37), ...rare(7)], 6),
  most: { accuracy: 9, symbols: 53 },
};
/** Bits that follow a code; the first value of each code is one more than the last of the code before. */
const LITERAL_BITS = [...Array.from({ length: 16 }, () => 0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const MATCH_BITS = [...Array.from({ length: 32 }, () => 0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const LITERAL_BASES = basesOf(LITERAL_BITS, 0);
const MATCH_BASES = basesOf(MATCH_BITS, 3);

function basesOf(bits: readonly number[], first: number): number[] {
  let base = first;
  return bits.map((count) => {
    const own = base;
    base += 2 ** count;
    return own;
  });
}

/** Reads the sequences of a block from `start` on and gives each to `take`; returns the tables for the next block (RFC 8878, 3.1.1.3.2). */
export function readSequences(
  block: Buffer,
  start: number,
  { tables, take }: { tables: SequenceTables; take: TakeSequence },
): SequenceTables {
  const { count, end } = readCount(block, start);
  if (count === 0) return tables;
  const modes = block[end] ?? 0;
  const reader = new TableReader(block, end + 1);
  const literals = reader.read(modes >> 6, LITERALS, tables.literals);
  const offsets = reader.read((modes >> 4) & 3, OFFSETS, tables.offsets);
  const matches = reader.read((modes >> 2) & 3, MATCHES, tables.matches);
  const bits = new BackwardBits(block, reader.at, block.length);
  decode(bits, { literals, offsets, matches, count, take });
  return { literals, offsets, matches };
}

function readCount(block: Buffer, start: number): { readonly count: number; readonly end: number } {
  const [first, second = 0, third = 0] = block.subarray(start, start + 3);
  if (first === undefined) throw damagedCompression("a block is cut");
  if (first < 128) return { count: first, end: start + 1 };
  if (first < 255) return { count: ((first - 128) << 8) + second, end: start + 2 };
  return { count: second + (third << 8) + 0x7f00, end: start + 3 };
}

class TableReader {
  at: number;
  readonly #block: Buffer;

  constructor(block: Buffer, at: number) {
    this.#block = block;
    this.at = at;
  }

  read(mode: number, { standard, most }: Code, before: FseTable | null): FseTable {
    if (mode === 0) return standard;
    if (mode === 1) return this.#single(most.symbols);
    if (mode === 2) {
      const { table, end } = readFseTable(this.#block, this.at, most);
      this.at = end;
      return table;
    }
    if (before === null) throw damagedCompression("a block repeats a table that is not there");
    return before;
  }

  #single(symbols: number): FseTable {
    const symbol = this.#block[this.at++];
    if (symbol === undefined || symbol >= symbols) throw damagedCompression("a block has an unknown code");
    return singleSymbol(symbol);
  }
}

interface Decoding {
  readonly literals: FseTable;
  readonly offsets: FseTable;
  readonly matches: FseTable;
  readonly count: number;
  readonly take: TakeSequence;
}

function decode(bits: BackwardBits, { literals, offsets, matches, count, take }: Decoding): void {
  const [literal, offset, match] = [new FseState(literals, bits), new FseState(offsets, bits), new FseState(matches, bits)];
  for (let left = count; left > 0; left--) {
    const literalCode = literal.symbol();
    const offsetCode = offset.symbol();
    const matchCode = match.symbol();
    const distance = 2 ** offsetCode + bits.take(offsetCode);
    const length = (MATCH_BASES[matchCode] ?? 0) + bits.take(MATCH_BITS[matchCode] ?? 0);
    take((LITERAL_BASES[literalCode] ?? 0) + bits.take(LITERAL_BITS[literalCode] ?? 0), length, distance);
    if (left === 1) break;
    literal.step();
    match.step();
    offset.step();
  }
  if (bits.left !== 0) throw damagedCompression("the sequences of a block have another length");
}
