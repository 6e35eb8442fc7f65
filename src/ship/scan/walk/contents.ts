import { createHash, hash } from "node:crypto";
import type { OpenFile } from "../../../system/file/no-follow.ts";
import type { ContentKind } from "../../../trace/layer-records.ts";

/** What was read of a file's content. */
export interface ReadContent {
  /** SHA-256; null for a file that is larger than what is hashed. */
  readonly hash: string | null;
  readonly kind: ContentKind;
  readonly size: number;
}

const PIECE = 256 * 1024;
/** Larger files are told by their size alone: a sparse file of terabytes costs its maker nothing. */
const MOST_HASHED = 256 * 1024 ** 2;
const MOST_COMPARED = 16 * 1024 ** 3;
const one = Buffer.allocUnsafeSlow(PIECE);
const other = Buffer.allocUnsafeSlow(PIECE);

/** Reads and hashes a file. */
export function readContent(file: OpenFile): ReadContent {
  const first = file.read(one, 0);
  const kind = kindOf(one.subarray(0, first));
  if (first < PIECE && first >= file.stat.size) return { hash: hash("sha256", one.subarray(0, first), "hex"), kind, size: first };
  if (file.stat.size > MOST_HASHED) return { hash: null, kind, size: file.stat.size };
  const sum = createHash("sha256").update(one.subarray(0, first));
  let size = first;
  for (let count = file.read(one, size); count > 0 && size <= MOST_HASHED; count = file.read(one, size)) {
    sum.update(one.subarray(0, count));
    size += count;
  }
  return { hash: sum.digest("hex"), kind, size };
}

/** What a file's first bytes say it is. */
export function readKind(file: OpenFile): ContentKind {
  return kindOf(one.subarray(0, file.read(one.subarray(0, 4), 0)));
}

/** Whether two files of the same size have the same bytes; null when they are too large to be compared. */
export function haveSameBytes(a: OpenFile, b: OpenFile): boolean | null {
  if (a.stat.size > MOST_COMPARED) return null;
  for (let at = 0; ;) {
    const count = fill(a, one, at);
    if (count !== fill(b, other, at) || one.compare(other, 0, count, 0, count) !== 0) return false;
    if (count < PIECE) return true;
    at += count;
  }
}

function fill(file: OpenFile, into: Buffer, position: number): number {
  let length = 0;
  while (length < into.length) {
    const count = file.read(into.subarray(length), position + length);
    if (count === 0) break;
    length += count;
  }
  return length;
}

function kindOf(start: Buffer): ContentKind {
  if (start.length >= 4 && start.readUInt32BE(0) === 0x7f454c46) return "elf";
  return start.length >= 2 && start[0] === 0x23 && start[1] === 0x21 ? "script" : "data";
}
