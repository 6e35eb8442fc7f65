import { getSystemErrorName } from "node:util";
import { ByteReader } from "../format/bytes/byte-reader.ts";
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
  /** Sum of the pieces' numbers: another one as soon as anything in the tree is written, made or removed. */
  readonly signature: number;
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
/** Of all that have none. */
export const NO_ATTRIBUTES: Attributes = {};
const NO_DEVICE = [0, 0] as const;
const HASH_BYTES = 32;
const HAS = { device: 1, hash: 2, link: 4, attributes: 8 } as const;

/**
 * Reads the sensor's records. Each begins with a letter; numbers are big endian, texts and bytes have their length (32 bits) before them.
 * "D" folder: path, flags (1, 2: hides by either mark). "N" a name in it: name, mode, uid, gid (32 bits each), size (64), letter of the content, a
 * byte that says what else there is: (1) major and minor number, (2) hash, (4) target of a link, (8) number of attributes with name and value of each.
 * "A" attributes: path, number, names and values. "E" error: number, path. "S" signature: number. Throws a RangeError where a record is cut off.
 */
export function readLayerRecords(bytes: Uint8Array): LayerRecords {
  const reader = new Reader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const folders: { path: string; hides: ListedFolder["hides"]; nodes: ListedNode[] }[] = [];
  const attributes = new Map<string, Attributes>();
  const unread: { path: string; why: string }[] = [];
  let nodes: ListedNode[] = [];
  let signature = 0;
  while (!reader.isAtEnd) {
    const letter = reader.byte();
    if (letter === 0x4e) {
      nodes.push(readNode(reader));
    } else if (letter === 0x44) {
      nodes = [];
      const path = reader.path();
      const flags = reader.number();
      folders.push({ path, hides: { trusted: (flags & 1) !== 0, user: (flags & 2) !== 0 }, nodes });
    } else if (letter === 0x41) {
      attributes.set(reader.path(), readAttributes(reader));
    } else if (letter === 0x53) {
      signature += reader.number();
    } else {
      const why = getSystemErrorName(-reader.number());
      unread.push({ path: reader.path(), why });
    }
  }
  return { folders, attributes, unread, signature };
}

function readNode(reader: Reader): ListedNode {
  const name = reader.path();
  const mode = reader.number();
  const uid = reader.number();
  const gid = reader.number();
  const size = reader.long();
  const content = CONTENTS[reader.byte()] ?? "unread";
  const has = reader.byte();
  return {
    name,
    type: TYPES[mode >>> 12] ?? "file",
    mode: mode & 0o7777,
    uid,
    gid,
    size,
    content,
    device: (has & HAS.device) === 0 ? NO_DEVICE : [reader.number(), reader.number()],
    hash: (has & HAS.hash) === 0 ? null : reader.hexadecimal(HASH_BYTES),
    link: (has & HAS.link) === 0 ? "" : reader.path(),
    attributes: (has & HAS.attributes) === 0 ? NO_ATTRIBUTES : readAttributes(reader),
  };
}

function readAttributes(reader: Reader): Attributes {
  const attributes: Record<string, string> = {};
  for (let left = reader.number(); left > 0; left--) {
    const name = reader.path();
    attributes[name] = reader.hexadecimal(reader.number());
  }
  return attributes;
}

class Reader extends ByteReader {
  hexadecimal(length: number): string {
    return this.take(length).toString("hex");
  }
}
