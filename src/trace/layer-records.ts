import { getSystemErrorName } from "node:util";
import { ByteReader } from "../format/bytes/byte-reader.ts";
import { decodePath } from "../format/tree/path-bytes.ts";
import type { EntryType } from "../format/tree/entry.ts";

/** Extended attributes, name to hexadecimal bytes. */
export type Attributes = Readonly<Record<string, string>>;

/** What the first bytes of a file say it is; "unread" where they were not looked at. */
export type ContentKind = "elf" | "script" | "data" | "unread";

/** One name of a folder as the sensor has seen it. */
export interface ListedNode {
  readonly name: string;
  readonly type: EntryType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly device: readonly [number, number];
  readonly inode: number;
  /** Milliseconds since 1970 with a fraction. */
  readonly changedAt: number;
  readonly content: ContentKind;
  /** SHA-256 of a small file; null where it was not read. */
  readonly hash: string | null;
  /** Target of a symbolic link, else "". */
  readonly link: string;
  readonly attributes: Attributes;
}

export interface ListedFolder {
  /** Below the tree's root, which is "". */
  readonly path: string;
  /** It, or a folder above it, is marked as one that hides what the layers below have: by "trusted.overlay.opaque", by "user.overlay.opaque". */
  readonly hides: { readonly trusted: boolean; readonly user: boolean };
  readonly nodes: readonly ListedNode[];
}

/** What was read of a tree, or of a piece of one. A folder with many names comes in parts. */
export interface LayerRecords {
  readonly folders: readonly ListedFolder[];
  /** Path to attributes ("" is the root), for the paths that have any; only where no folders were asked for. */
  readonly attributes: ReadonlyMap<string, Attributes>;
  readonly unread: readonly { readonly path: string; readonly why: string }[];
}

const TYPES: Readonly<Record<number, EntryType>> = {
  0o10: "file",
  0o04: "directory",
  0o12: "symlink",
  0o01: "fifo",
  0o14: "socket",
  0o02: "char",
  0o06: "block",
};
const CONTENTS: Readonly<Record<number, ContentKind>> = { 0x65: "elf", 0x73: "script", 0x64: "data" };
const NONE: Attributes = {};
const HASH_BYTES = 32;

/**
 * Reads the sensor's records. Each begins with a letter; numbers are big endian, texts and bytes have their length (32 bits) before them.
 * "D" folder: path, flags (1, 2: hides by either mark). "N" a name in it: name, mode, uid, gid, major, minor (32 bits each), size, inode, seconds of
 * its change (64), nanoseconds (32), letter of the content, 1 and a hash or 0, link, number of attributes with name and value of each. "A"
 * attributes: path, number, names and values. "E" error: number, path. Throws a RangeError where a record is cut off.
 */
export function readLayerRecords(bytes: Uint8Array): LayerRecords {
  const reader = new Reader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const folders: { path: string; hides: ListedFolder["hides"]; nodes: ListedNode[] }[] = [];
  const attributes = new Map<string, Attributes>();
  const unread: { path: string; why: string }[] = [];
  let nodes: ListedNode[] = [];
  while (!reader.isAtEnd) {
    const letter = reader.byte();
    if (letter === 0x4e) {
      nodes.push(readNode(reader));
    } else if (letter === 0x44) {
      nodes = [];
      const path = reader.text();
      const flags = reader.number();
      folders.push({ path, hides: { trusted: (flags & 1) !== 0, user: (flags & 2) !== 0 }, nodes });
    } else if (letter === 0x41) {
      attributes.set(reader.text(), readAttributes(reader));
    } else {
      const why = getSystemErrorName(-reader.number());
      unread.push({ path: reader.text(), why });
    }
  }
  return { folders, attributes, unread };
}

function readNode(reader: Reader): ListedNode {
  const name = reader.text();
  const mode = reader.number();
  return {
    name,
    type: TYPES[mode >>> 12] ?? "file",
    mode: mode & 0o7777,
    uid: reader.number(),
    gid: reader.number(),
    device: [reader.number(), reader.number()],
    size: reader.long(),
    inode: reader.long(),
    changedAt: reader.long() * 1000 + reader.number() / 1e6,
    content: CONTENTS[reader.byte()] ?? "unread",
    hash: reader.byte() === 1 ? reader.hexadecimal(HASH_BYTES) : null,
    link: reader.text(),
    attributes: readAttributes(reader),
  };
}

function readAttributes(reader: Reader): Attributes {
  const count = reader.number();
  if (count === 0) return NONE;
  const attributes: Record<string, string> = {};
  for (let left = count; left > 0; left--) {
    const name = reader.text();
    attributes[name] = reader.hexadecimal(reader.number());
  }
  return attributes;
}

class Reader extends ByteReader {
  text(): string {
    const length = this.number();
    return length === 0 ? "" : decodePath(this.take(length));
  }

  hexadecimal(length: number): string {
    return this.take(length).toString("hex");
  }
}
