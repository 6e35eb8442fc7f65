import type { EntryType } from "../tree/entry.ts";
import { damagedTar } from "./damaged.ts";

export const BLOCK = 512;

/** Where the fields of a header block are: offset and length. */
const FIELD = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  link: [157, 100],
  userName: [265, 32],
  groupName: [297, 32],
  major: [329, 8],
  minor: [337, 8],
  prefix: [345, 155],
} as const;

const TYPE_AT = 156;
const MAGIC_AT = 257;
const TYPE_OF_FLAG: Readonly<Record<string, EntryType | "hardlink">> = {
  "0": "file",
  "\0": "file",
  "7": "file",
  "1": "hardlink",
  "2": "symlink",
  "3": "char",
  "4": "block",
  "5": "directory",
  "6": "fifo",
};
const FLAG_OF_TYPE = { file: "0", hardlink: "1", symlink: "2", char: "3", block: "4", directory: "5", fifo: "6", socket: "" } as const;

/** A header block as it stands, names as bytes. */
export interface HeaderBlock {
  readonly flag: string;
  readonly name: Uint8Array;
  readonly link: Uint8Array;
  readonly userName: Uint8Array;
  readonly groupName: Uint8Array;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly modifiedAt: number;
  readonly device: readonly [number, number];
}

/** The member type of a type flag; undefined for a flag of an extension. */
export function typeOfFlag(flag: string): EntryType | "hardlink" | undefined {
  return TYPE_OF_FLAG[flag];
}

/** The type flag of a member type, "" when tar has none (sockets). */
export function flagOfType(type: EntryType | "hardlink"): string {
  return FLAG_OF_TYPE[type];
}

/** Reads a block of 512 bytes; null for the empty block that ends an archive. */
export function parseHeaderBlock(block: Uint8Array): HeaderBlock | null {
  const sum = checksumOf(block);
  const [at, length] = FIELD.checksum;
  const stated = numberIn(block, FIELD.checksum);
  if (sum !== stated) {
    if (sum === length * 32 && block.every((byte) => byte === 0)) return null;
    throw damagedTar(`the checksum of a header is ${sum}, the header says ${stated} (field at ${at})`);
  }
  return {
    flag: String.fromCharCode(block[TYPE_AT] ?? 0),
    name: nameIn(block),
    link: bytesIn(block, FIELD.link),
    userName: bytesIn(block, FIELD.userName),
    groupName: bytesIn(block, FIELD.groupName),
    mode: numberIn(block, FIELD.mode),
    uid: numberIn(block, FIELD.uid),
    gid: numberIn(block, FIELD.gid),
    size: numberIn(block, FIELD.size),
    modifiedAt: numberIn(block, FIELD.mtime),
    device: [numberIn(block, FIELD.major), numberIn(block, FIELD.minor)],
  };
}

function nameIn(block: Uint8Array): Uint8Array {
  const name = bytesIn(block, FIELD.name);
  // Only "ustar\0" has a prefix: GNU's "ustar  " keeps time stamps there.
  const isPosix = isAt(block, MAGIC_AT, "ustar\0");
  if (!isPosix || block[FIELD.prefix[0]] === 0) return name;
  return Buffer.concat([bytesIn(block, FIELD.prefix), Buffer.of(0x2f), name]);
}

function isAt(block: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) if (block[at + index] !== text.charCodeAt(index)) return false;
  return true;
}

function bytesIn(block: Uint8Array, [at, length]: readonly [number, number]): Uint8Array {
  let end = at;
  while (end < at + length && block[end] !== 0) end++;
  return block.subarray(at, end);
}

/** Octal digits, or GNU's base 256 (first bit set) for what is too large or negative. */
function numberIn(block: Uint8Array, [at, length]: readonly [number, number]): number {
  const first = block[at] ?? 0;
  if (first >= 0x80) return base256In(block, at, length);
  let value = 0;
  for (let index = at; index < at + length; index++) {
    const byte = block[index] ?? 0;
    if (byte >= 0x30 && byte <= 0x37) value = value * 8 + (byte - 0x30);
    else if (byte !== 0x20) break;
  }
  return value;
}

function base256In(block: Uint8Array, at: number, length: number): number {
  const isNegative = ((block[at] ?? 0) & 0x40) !== 0;
  let value = isNegative ? -1 : 0;
  for (let index = at; index < at + length; index++) {
    const byte = block[index] ?? 0;
    value = value * 256 + (index === at ? byte & (isNegative ? 0xff : 0x7f) : byte);
    if (index === at && isNegative) value = byte - 256;
  }
  if (!Number.isSafeInteger(value)) throw damagedTar("a number is too large");
  return value;
}

/** The sum of all bytes, those of the checksum itself taken for spaces. */
function checksumOf(block: Uint8Array): number {
  const [start, length] = FIELD.checksum;
  let sum = length * 0x20;
  for (let index = 0; index < BLOCK; index++) sum += block[index] ?? 0;
  for (let index = start; index < start + length; index++) sum -= block[index] ?? 0;
  return sum;
}

/** What goes into a header block; each name at most as long as its field, numbers anything that fits base 256. */
export interface HeaderFields {
  readonly flag: string;
  readonly name: Uint8Array;
  readonly prefix: Uint8Array;
  readonly link: Uint8Array;
  readonly userName: Uint8Array;
  readonly groupName: Uint8Array;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly modifiedAt: number;
  readonly device: readonly [number, number];
}

/** The 512 bytes of a POSIX header. */
export function formatHeaderBlock(fields: HeaderFields): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.set(fields.name, FIELD.name[0]);
  block.set(fields.link, FIELD.link[0]);
  block.set(fields.userName, FIELD.userName[0]);
  block.set(fields.groupName, FIELD.groupName[0]);
  block.set(fields.prefix, FIELD.prefix[0]);
  putNumber(block, FIELD.mode, fields.mode);
  putNumber(block, FIELD.uid, fields.uid);
  putNumber(block, FIELD.gid, fields.gid);
  putNumber(block, FIELD.size, fields.size);
  putNumber(block, FIELD.mtime, fields.modifiedAt);
  putNumber(block, FIELD.major, fields.device[0]);
  putNumber(block, FIELD.minor, fields.device[1]);
  block.write(fields.flag, TYPE_AT, "latin1");
  block.write("ustar\u000000", MAGIC_AT, "latin1");
  block.write(`${checksumOf(block).toString(8).padStart(6, "0")}\0 `, FIELD.checksum[0], "latin1");
  return block;
}

function putNumber(block: Buffer, [at, length]: readonly [number, number], value: number): void {
  if (value >= 0 && value < 8 ** (length - 1)) {
    block.write(value.toString(8).padStart(length - 1, "0"), at, "latin1");
    return;
  }
  let rest = value;
  for (let index = at + length - 1; index > at; index--) {
    block[index] = ((rest % 256) + 256) % 256;
    rest = Math.floor(rest / 256);
  }
  block[at] = value < 0 ? 0xff : 0x80;
}
