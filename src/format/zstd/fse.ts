import { type BackwardBits, ForwardBits } from "./bits.ts";
import { damagedCompression } from "./damaged.ts";

/** A table of finite state entropy: for each state its symbol, and how the next state is found. */
export interface FseTable {
  readonly accuracy: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
  readonly bases: Uint16Array;
}

/** The table of a code that is always the same symbol. */
export function singleSymbol(symbol: number): FseTable {
  return { accuracy: 0, symbols: Uint8Array.of(symbol), bits: Uint8Array.of(0), bases: Uint16Array.of(0) };
}

/** Reads the description of a table; `end` is where what follows it begins. */
export function readFseTable(
  bytes: Buffer,
  start: number,
  most: { readonly accuracy: number; readonly symbols: number },
): { readonly table: FseTable; readonly end: number } {
  const bits = new ForwardBits(bytes, start);
  const accuracy = bits.take(4) + 5;
  if (accuracy > most.accuracy) throw damagedCompression("a table is too fine");
  const shares: number[] = [];
  for (let rest = 1 << accuracy; rest > 0;) {
    const share = readShare(bits, rest);
    rest -= Math.abs(share);
    if (rest < 0) throw damagedCompression("a table has too many states");
    shares.push(share);
    if (share === 0) for (let more = 3; more === 3;) shares.push(...Array.from({ length: (more = bits.take(2)) }, () => 0));
    if (shares.length > most.symbols) throw damagedCompression("a table has too many symbols");
  }
  return { table: buildFseTable(shares, accuracy), end: bits.end() };
}

/** How many states a symbol has; -1 for a rare one, which has one. */
function readShare(bits: ForwardBits, rest: number): number {
  const length = 32 - Math.clz32(rest + 1);
  const low = (1 << (length - 1)) - 1;
  const threshold = (1 << length) - 2 - rest;
  const value = bits.peek(length);
  if ((value & low) < threshold) return bits.take(length - 1) - 1;
  bits.take(length);
  return (value > low ? value - threshold : value) - 1;
}

/** Spreads symbols over the states by their shares (RFC 8878, 4.1.1). */
export function buildFseTable(shares: readonly number[], accuracy: number): FseTable {
  const size = 1 << accuracy;
  const symbols = new Uint8Array(size);
  const high = placeRare(shares, symbols);
  const step = (size >> 1) + (size >> 3) + 3;
  let at = 0;
  for (const [symbol, share] of shares.entries()) {
    for (let count = 0; count < share; count++) {
      symbols[at] = symbol;
      do at = (at + step) & (size - 1);
      while (at > high);
    }
  }
  const next = shares.map((share) => Math.abs(share));
  const bits = new Uint8Array(size);
  const bases = new Uint16Array(size);
  for (const [state, symbol] of symbols.entries()) {
    const value = next[symbol] ?? 1;
    next[symbol] = value + 1;
    const count = accuracy - 31 + Math.clz32(value);
    bits[state] = count;
    bases[state] = (value << count) - size;
  }
  return { accuracy, symbols, bits, bases };
}

/** Rare symbols stand at the end; returns the last place that is free. */
function placeRare(shares: readonly number[], symbols: Uint8Array): number {
  let high = symbols.length - 1;
  for (const [symbol, share] of shares.entries()) if (share === -1) symbols[high--] = symbol;
  return high;
}

/** A state that goes through a table. */
export class FseState {
  readonly #table: FseTable;
  readonly #bits: BackwardBits;
  #state: number;

  constructor(table: FseTable, bits: BackwardBits) {
    this.#table = table;
    this.#bits = bits;
    this.#state = bits.take(table.accuracy);
  }

  symbol(): number {
    return this.#table.symbols[this.#state] ?? 0;
  }

  step(): void {
    this.#state = (this.#table.bases[this.#state] ?? 0) + this.#bits.take(this.#table.bits[this.#state] ?? 0);
  }
}
