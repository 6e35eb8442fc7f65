import type { PacketReader, PacketValue } from "./packet.ts";

/** What a packet says of a file; absent members were not said. */
export interface FileAttributes {
  readonly size?: number;
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** With the bits of the type, as stat gives it. */
  readonly mode?: number;
  /** Seconds since 1970. */
  readonly times?: { readonly accessed: number; readonly modified: number };
}

const FLAG = { size: 1, owner: 2, mode: 4, times: 8, extended: 0x8000_0000 } as const;

/** Reads the attributes of a packet. */
export function readAttributes(packet: PacketReader): FileAttributes {
  const flags = packet.number();
  // Folders have thousands of these: one object each.
  const read: { -readonly [Name in keyof FileAttributes]: FileAttributes[Name] } = {};
  if ((flags & FLAG.size) !== 0) read.size = packet.long();
  if ((flags & FLAG.owner) !== 0) read.owner = { uid: packet.number(), gid: packet.number() };
  if ((flags & FLAG.mode) !== 0) read.mode = packet.number();
  if ((flags & FLAG.times) !== 0) read.times = { accessed: packet.number(), modified: packet.number() };
  const extensions = (flags & FLAG.extended) === 0 ? 0 : packet.number();
  for (let at = 0; at < 2 * extensions; at++) packet.string();
  return read;
}

/** The values that print attributes into a packet. */
export function printAttributes({ size, owner, mode, times }: FileAttributes): readonly PacketValue[] {
  const flags =
    (size === undefined ? 0 : FLAG.size) |
    (owner === undefined ? 0 : FLAG.owner) |
    (mode === undefined ? 0 : FLAG.mode) |
    (times === undefined ? 0 : FLAG.times);
  return [
    flags,
    ...(size === undefined ? [] : [BigInt(size)]),
    ...(owner === undefined ? [] : [owner.uid, owner.gid]),
    ...(mode === undefined ? [] : [mode]),
    ...(times === undefined ? [] : [times.accessed, times.modified]),
  ];
}

const TYPE_BITS = 0o170_000;
const TYPES = { folder: 0o040_000, link: 0o120_000, file: 0o100_000, pipe: 0o010_000, socket: 0o140_000 } as const;

/** True when the attributes say so of the file's type. */
export function isOfType({ mode }: FileAttributes, type: keyof typeof TYPES): boolean {
  return mode !== undefined && (mode & TYPE_BITS) === TYPES[type];
}

/** The same attributes with another type. */
export function withType(attributes: FileAttributes, type: keyof typeof TYPES): FileAttributes {
  return { ...attributes, mode: ((attributes.mode ?? 0) & ~TYPE_BITS) | TYPES[type] };
}
