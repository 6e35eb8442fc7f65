import { type Bytes, checkedBytes, damagedDatabase } from "../package-database/damaged.ts";

const HEADER = 100;
const LEAF = 0x0d;
const INTERIOR = 0x05;
/** Types of a record's values up to this are numbers and null, with these lengths. */
const LENGTHS = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];
const BLOB = 12;
/** A tree of more levels would hold more than any disk. */
const DEEPEST = 20;

/** True for a file that begins as SQLite's do. */
export function isSqlite(bytes: Buffer): boolean {
  return bytes.toString("latin1", 0, 16) === "SQLite format 3\0";
}

/**
 * The last blob of each row of a table, in the order of its keys (https://www.sqlite.org/fileformat2.html). Read-only and without the
 * write-ahead log. Throws `package-database-damaged`.
 */
export function* readBlobs(whole: Buffer, table: string): Generator<Buffer, void, void> {
  const bytes = checkedBytes(whole);
  const head = bytes.slice(0, HEADER);
  const size = head.readUInt16BE(16) === 1 ? 65_536 : head.readUInt16BE(16);
  if (size < 512 || (size & (size - 1)) !== 0) throw damagedDatabase(`its pages have ${size} bytes`);
  const file = { bytes, size, usable: size - (head[20] ?? 0) };
  for (const record of rowsBelow(file, 1, [])) {
    const [type, name, , root] = valuesOf(record);
    if (type?.toString() === "table" && name?.toString() === table && root !== undefined) {
      const page = root.length === 0 ? 1 : root.readUIntBE(0, Math.min(root.length, 6));
      for (const row of rowsBelow(file, page, [])) yield valuesOf(row).at(-1) ?? Buffer.alloc(0);
    }
  }
}

interface File {
  readonly bytes: Bytes;
  readonly size: number;
  /** Bytes of a page that hold content. */
  readonly usable: number;
}

/** The records of a b-tree of rows; `above` are the pages that led here. */
function* rowsBelow(file: File, number: number, above: readonly number[]): Generator<Buffer, void, void> {
  if (above.length > DEEPEST || above.includes(number)) throw damagedDatabase("its pages go round in a circle");
  const path = [...above, number];
  const page = checkedBytes(pageAt(file, number));
  const start = number === 1 ? HEADER : 0;
  const head = page.slice(start, 12);
  const kind = head[0];
  if (kind !== LEAF && kind !== INTERIOR) throw damagedDatabase(`a page is of the kind ${kind ?? "none"}`);
  const first = start + (kind === LEAF ? 8 : 12);
  for (let cell = 0; cell < head.readUInt16BE(3); cell++) {
    const at = page.slice(first + cell * 2, 2).readUInt16BE();
    if (kind === LEAF) yield recordAt(file, page, at);
    else yield* rowsBelow(file, page.slice(at, 4).readUInt32BE(), path);
  }
  if (kind === INTERIOR) yield* rowsBelow(file, head.readUInt32BE(8), path);
}

function pageAt({ bytes, size }: File, number: number): Buffer {
  return bytes.slice((number - 1) * size, size);
}

function recordAt(file: File, page: Bytes, at: number): Buffer {
  const [length, afterLength] = varint(page, at);
  const [, start] = varint(page, afterLength);
  if (length > file.bytes.length) throw damagedDatabase(`a row has ${length} bytes`);
  const own = ownLength(file.usable, length);
  const parts = [page.slice(start, own)];
  let rest = length - own;
  let next = rest > 0 ? page.slice(start + own, 4).readUInt32BE() : 0;
  while (rest > 0) {
    if (next === 0) throw damagedDatabase("a row is cut");
    const more = checkedBytes(pageAt(file, next));
    const taken = Math.min(rest, file.usable - 4);
    parts.push(more.slice(4, taken));
    rest -= taken;
    next = more.slice(0, 4).readUInt32BE();
  }
  return parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts);
}

/** How much of a row stands in its own page; the rest is in overflow pages. */
function ownLength(usable: number, length: number): number {
  const most = usable - 35;
  if (length <= most) return length;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const fitting = least + ((length - least) % (usable - 4));
  return fitting <= most ? fitting : least;
}

/** The raw values of a record; a number is big-endian. */
function valuesOf(record: Buffer): Buffer[] {
  const bytes = checkedBytes(record);
  const [headerLength, first] = varint(bytes, 0);
  const values: Buffer[] = [];
  let body = headerLength;
  for (let at = first; at < headerLength;) {
    const [type, next] = varint(bytes, at);
    const length = type >= BLOB ? (type - (type % 2 === 0 ? 12 : 13)) / 2 : (LENGTHS[type] ?? 0);
    values.push(bytes.slice(body, length));
    body += length;
    at = next;
  }
  return values;
}

/** A number of up to nine bytes, and where what follows it begins. */
function varint(bytes: Bytes, at: number): readonly [number, number] {
  let value = 0;
  for (let count = 0; count < 8; count++) {
    const byte = bytes.slice(at + count, 1)[0] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, at + count + 1];
  }
  return [value * 256 + (bytes.slice(at + 8, 1)[0] ?? 0), at + 9];
}
