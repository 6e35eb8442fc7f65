const PAGE = 4096;
const HEADER = 100;
const LEAF = 0x0d;
const INTERIOR = 0x05;
/** The largest row that stands in its own page, and what then stands there at least. */
const MOST = PAGE - 35;
const LEAST = Math.floor(((PAGE - 12) * 32) / 255) - 23;
/** Version of the library that the file says it was last written by. */
const WRITTEN_BY = 3_040_001;

/** A page of a b-tree with the highest key in it and below it. */
interface Written {
  readonly page: number;
  readonly key: number;
}

/**
 * A data base of one table with a number and a blob in each row (https://www.sqlite.org/fileformat2.html); `declaration` is what made it:
 * "CREATE TABLE …". What a text in it needs must be ASCII.
 */
export function writeBlobs(table: string, declaration: string, blobs: readonly Buffer[]): Buffer {
  const pages: Buffer[] = [Buffer.alloc(PAGE)];
  const root = treeOf(pages, leavesOf(pages, blobs));
  const [schema = Buffer.alloc(PAGE)] = pages;
  writePage(schema, HEADER, { kind: LEAF, cells: [cellOf(pages, 1, recordOf(["table", table, table, root, declaration]))] });
  writeHeader(schema, pages.length);
  return Buffer.concat(pages);
}

function writeHeader(page: Buffer, pages: number): void {
  page.write("SQLite format 3\0", 0, "latin1");
  page.writeUInt16BE(PAGE, 16);
  page.set([1, 1, 0, 64, 32, 32], 18);
  for (const [at, value] of [
    [24, 1],
    [28, pages],
    [40, 1],
    [44, 4],
    [56, 1],
    [92, 1],
    [96, WRITTEN_BY],
  ] as const)
    page.writeUInt32BE(value, at);
}

/** Every row in turn, as many in a page as fit. */
function leavesOf(pages: Buffer[], blobs: readonly Buffer[]): readonly Written[] {
  const leaves: Written[] = [];
  let cells: Buffer[] = [];
  let used = 8;
  const close = (key: number): void => {
    leaves.push({ page: addPage(pages, { kind: LEAF, cells }), key });
    cells = [];
    used = 8;
  };
  for (const [index, blob] of blobs.entries()) {
    const cell = cellOf(pages, index + 1, recordOf([null, blob]));
    if (used + cell.length + 2 > PAGE) close(index);
    cells.push(cell);
    used += cell.length + 2;
  }
  close(blobs.length);
  return leaves;
}

const CHILDREN = 250;

/** Pages above pages until one is above all; its number. */
function treeOf(pages: Buffer[], below: readonly Written[]): number {
  if (below.length === 1) return below[0]?.page ?? 0;
  const above: Written[] = [];
  for (let at = 0; at < below.length; at += CHILDREN) {
    const group = below.slice(at, at + CHILDREN);
    const last = group.at(-1) ?? { page: 0, key: 0 };
    const cells = group.slice(0, -1).map(({ page, key }) => Buffer.concat([numberOf(page), varint(key)]));
    above.push({ page: addPage(pages, { kind: INTERIOR, cells, last: last.page }), key: last.key });
  }
  return treeOf(pages, above);
}

interface Content {
  readonly kind: number;
  readonly cells: readonly Buffer[];
  /** The page with the highest keys, of one above others. */
  readonly last?: number;
}

function addPage(pages: Buffer[], content: Content): number {
  const page = Buffer.alloc(PAGE);
  writePage(page, 0, content);
  return pages.push(page);
}

/** The cells stand at the end of the page, the list of their places at its beginning. */
function writePage(page: Buffer, start: number, { kind, cells, last }: Content): void {
  const first = start + (kind === LEAF ? 8 : 12);
  let end = PAGE;
  for (const [index, cell] of cells.entries()) {
    end -= cell.length;
    cell.copy(page, end);
    page.writeUInt16BE(end, first + index * 2);
  }
  page[start] = kind;
  page.writeUInt16BE(cells.length, start + 3);
  page.writeUInt16BE(end, start + 5);
  if (last !== undefined) page.writeUInt32BE(last, start + 8);
}

/** A row with its key; what does not fit goes into pages of its own. */
function cellOf(pages: Buffer[], key: number, record: Buffer): Buffer {
  const fitting = LEAST + ((record.length - LEAST) % (PAGE - 4));
  const own = record.length <= MOST ? record.length : fitting <= MOST ? fitting : LEAST;
  const head = [varint(record.length), varint(key), record.subarray(0, own)];
  return Buffer.concat(own === record.length ? head : [...head, numberOf(overflow(pages, record.subarray(own)))]);
}

function overflow(pages: Buffer[], rest: Buffer): number {
  const first = pages.length + 1;
  for (let at = 0; at < rest.length; at += PAGE - 4) {
    const page = Buffer.alloc(PAGE);
    const isLast = at + PAGE - 4 >= rest.length;
    page.writeUInt32BE(isLast ? 0 : pages.length + 2, 0);
    rest.copy(page, 4, at, at + PAGE - 4);
    pages.push(page);
  }
  return first;
}

function recordOf(values: readonly (string | number | Buffer | null)[]): Buffer {
  const parts = values.map((value) => {
    if (value === null) return { type: 0, body: Buffer.alloc(0) };
    if (typeof value === "number") return { type: 4, body: numberOf(value) };
    const body = Buffer.isBuffer(value) ? value : Buffer.from(value, "latin1");
    return { type: body.length * 2 + (Buffer.isBuffer(value) ? 12 : 13), body };
  });
  const types = Buffer.concat(parts.map(({ type }) => varint(type)));
  // Its own length is part of it; all that is written here has a head of less than 127 bytes.
  return Buffer.concat([varint(types.length + 1), types, ...parts.map(({ body }) => body)]);
}

function numberOf(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Seven bits in each byte, the highest first; the last one is below 128. */
function varint(value: number): Buffer {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift((rest % 128) + 128);
  return Buffer.from(bytes);
}
