import { checkedBytes, damagedDatabase } from "./damaged.ts";

/** "RpmP", "Slot" and "BlbS" as little-endian numbers. */
const NDB = 0x50_6d_70_52;
const SLOT = 0x74_6f_6c_53;
const BLOB = 0x53_62_6c_42;
const SLOT_LENGTH = 16;
const NDB_PAGE = 4096;

/** True for the file of rpm's own data base ("ndb"), which SUSE uses. */
export function isNdb(bytes: Buffer): boolean {
  return bytes.length >= 32 && bytes.readUInt32LE(0) === NDB;
}

/** The headers in rpm's own data base: a list of slots, each with the place of a blob in units of 16 bytes. */
export function* readNdb(whole: Buffer): Generator<Buffer, void, void> {
  const bytes = checkedBytes(whole);
  const end = bytes.slice(0, 32).readUInt32LE(12) * NDB_PAGE;
  for (let at = 2 * SLOT_LENGTH; at < end; at += SLOT_LENGTH) {
    const slot = bytes.slice(at, SLOT_LENGTH);
    if (slot.readUInt32LE(0) !== SLOT) throw damagedDatabase("a slot of its list is none");
    const block = slot.readUInt32LE(8);
    if (block === 0) continue;
    const head = bytes.slice(block * SLOT_LENGTH, SLOT_LENGTH);
    if (head.readUInt32LE(0) !== BLOB) throw damagedDatabase("a package's mark is missing");
    yield bytes.slice((block + 1) * SLOT_LENGTH, head.readUInt32LE(12));
  }
}

/** The same data base with those packages alone whose header stays; every blob is copied as it stands, its check sum too. */
export function cutNdb(whole: Buffer, stays: (header: Buffer) => boolean): Buffer {
  const bytes = checkedBytes(whole);
  const end = bytes.slice(0, 32).readUInt32LE(12) * NDB_PAGE;
  const list = Buffer.from(bytes.slice(0, end));
  const parts: Buffer[] = [list];
  let next = end / SLOT_LENGTH;
  let free = 2 * SLOT_LENGTH;
  for (let at = free; at < end; at += SLOT_LENGTH) {
    const slot = Buffer.from(bytes.slice(at, SLOT_LENGTH));
    const [block, count] = [slot.readUInt32LE(8), slot.readUInt32LE(12)];
    list.fill(0, at + 4, at + SLOT_LENGTH);
    if (block === 0) continue;
    const head = bytes.slice(block * SLOT_LENGTH, SLOT_LENGTH);
    if (!stays(bytes.slice((block + 1) * SLOT_LENGTH, head.readUInt32LE(12)))) continue;
    slot.writeUInt32LE(next, 8);
    slot.copy(list, free);
    free += SLOT_LENGTH;
    next += count;
    parts.push(bytes.slice(block * SLOT_LENGTH, count * SLOT_LENGTH));
  }
  return Buffer.concat(parts);
}

const BDB_HASH = 0x06_15_61;
const HASH_PAGES: ReadonlySet<number> = new Set([2, 13]);
const OVERFLOW = 7;
const PAGE_HEAD = 26;
/** A value that stands in pages of its own. */
const OFF_PAGE = 3;

/** True for a hash of Berkeley DB in this machine's byte order, which rpm used until 4.16. */
export function isBerkeleyHash(bytes: Buffer): boolean {
  return bytes.length >= 512 && bytes.readUInt32LE(12) === BDB_HASH;
}

/** The large values of a hash of Berkeley DB, page by page; a package's header never fits into a page beside others. */
export function* readBerkeleyHash(whole: Buffer): Generator<Buffer, void, void> {
  const bytes = checkedBytes(whole);
  const size = bytes.slice(20, 4).readUInt32LE();
  if (size < 512 || size > 65_536) throw damagedDatabase(`its pages have ${size} bytes`);
  for (let at = size; at + size <= bytes.length; at += size) {
    const page = checkedBytes(bytes.slice(at, size));
    if (!HASH_PAGES.has(page.slice(25, 1)[0] ?? 0)) continue;
    const entries = page.slice(20, 2).readUInt16LE();
    // Keys and values take turns.
    for (let entry = 1; entry < entries; entry += 2) {
      const offset = page.slice(PAGE_HEAD + entry * 2, 2).readUInt16LE();
      if (page.slice(offset, 1)[0] !== OFF_PAGE) continue;
      const place = page.slice(offset, 12);
      yield overflowing(whole, { size, first: place.readUInt32LE(4), length: place.readUInt32LE(8) });
    }
  }
}

function overflowing(whole: Buffer, { size, first, length }: Readonly<Record<"size" | "first" | "length", number>>): Buffer {
  const bytes = checkedBytes(whole);
  const parts: Buffer[] = [];
  let rest = length;
  for (let number = first; rest > 0;) {
    const page = checkedBytes(bytes.slice(number * size, size));
    const used = page.slice(22, 2).readUInt16LE();
    if (number === 0 || used === 0 || page.slice(25, 1)[0] !== OVERFLOW) throw damagedDatabase("a package's header is cut");
    parts.push(page.slice(PAGE_HEAD, Math.min(rest, used)));
    rest -= used;
    number = page.slice(16, 4).readUInt32LE();
  }
  return Buffer.concat(parts);
}
