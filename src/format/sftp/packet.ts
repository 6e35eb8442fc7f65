import { ByteReader } from "../bytes/byte-reader.ts";

/** The numbers of SFTP version 3 (draft-ietf-secsh-filexfer-02). */
export const SFTP = {
  init: 1,
  version: 2,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  lstat: 7,
  fstat: 8,
  setstat: 9,
  fsetstat: 10,
  opendir: 11,
  readdir: 12,
  remove: 13,
  mkdir: 14,
  rmdir: 15,
  realpath: 16,
  stat: 17,
  rename: 18,
  readlink: 19,
  symlink: 20,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attributes: 105,
  extended: 200,
  extendedReply: 201,
} as const;

/** Results of requests. What has no number in version 3 is `other`, which clients take for an input/output error. */
export const STATUS = { ok: 0, end: 1, noFile: 2, denied: 3, failure: 4, badMessage: 5, unsupported: 8, other: 9 } as const;

export const OPEN_FLAGS = { read: 1, write: 2, append: 4, create: 8, truncate: 16, exclusive: 32 } as const;

const HEAD_BYTES = 4;

/** One packet without its length. */
export class PacketReader extends ByteReader {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    super(bytes);
    this.bytes = bytes;
  }

  string(): Buffer {
    return this.field();
  }
}

/** A value of a packet: a number is 32 bits, a bigint 64, text and bytes go with their length. */
export type PacketValue = number | bigint | string | Buffer | readonly PacketValue[];

/** A whole packet with its length: the type, then the values. */
export function printPacket(type: number, values: readonly PacketValue[]): Buffer {
  return printHead(type, values, 0);
}

/** A packet whose last bytes, so many, are to be sent behind it. */
export function printHead(type: number, values: readonly PacketValue[], rawLength: number): Buffer {
  const flat = flatten(values);
  const size = 1 + flat.reduce<number>((sum, value) => sum + sizeOf(value), 0);
  const packet = Buffer.allocUnsafe(HEAD_BYTES + size);
  packet.writeUInt32BE(size + rawLength, 0);
  packet[HEAD_BYTES] = type;
  let at = HEAD_BYTES + 1;
  for (const value of flat) at = putValue(packet, at, value);
  return packet;
}

type FlatValue = number | bigint | Buffer;

function flatten(values: readonly PacketValue[]): readonly FlatValue[] {
  const flat: FlatValue[] = [];
  for (const value of values) {
    if (typeof value === "string") flat.push(Buffer.from(value));
    else if (typeof value === "number" || typeof value === "bigint" || Buffer.isBuffer(value)) flat.push(value);
    else flat.push(...flatten(value));
  }
  return flat;
}

function sizeOf(value: FlatValue): number {
  if (typeof value === "number") return 4;
  return typeof value === "bigint" ? 8 : 4 + value.length;
}

function putValue(packet: Buffer, at: number, value: FlatValue): number {
  if (typeof value === "number") return packet.writeUInt32BE(value >>> 0, at);
  if (typeof value === "bigint") return packet.writeBigUInt64BE(value, at);
  const start = packet.writeUInt32BE(value.length, at);
  return start + value.copy(packet, start);
}

/** A peer sent a length that no packet has. */
export class LongPacket extends Error {}

const LONGEST_PACKET = 16 * 1024 * 1024;

/** Cuts a stream into packets. They come without their length. */
export class PacketCutter {
  #held: Buffer[] = [];
  #length = 0;

  /** The packets that this chunk completes. Only one that began in an earlier chunk is copied. */
  add(chunk: Buffer): readonly Buffer[] {
    const packets: Buffer[] = [];
    let rest = chunk;
    while (this.#length > 0 && rest.length > 0) {
      const missing = rest.subarray(0, this.#needed() - this.#length);
      rest = rest.subarray(missing.length);
      this.#held.push(missing);
      this.#length += missing.length;
      if (this.#length < this.#needed()) continue;
      const whole = Buffer.concat(this.#held, this.#length);
      this.#held = [whole];
      if (this.#length < this.#needed()) continue;
      packets.push(whole.subarray(HEAD_BYTES));
      this.#held = [];
      this.#length = 0;
    }
    let at = 0;
    for (let size = sizeAt(rest, at); size !== null && rest.length - at - HEAD_BYTES >= size; size = sizeAt(rest, at)) {
      packets.push(rest.subarray(at + HEAD_BYTES, at + HEAD_BYTES + size));
      at += HEAD_BYTES + size;
    }
    if (at < rest.length) this.#held = [rest.subarray(at)];
    this.#length += rest.length - at;
    return packets;
  }

  /** How many bytes must be there before it is worth to join the chunks. */
  #needed(): number {
    const [first] = this.#held;
    if (first === undefined || first.length < HEAD_BYTES) return HEAD_BYTES;
    return HEAD_BYTES + (sizeAt(first, 0) ?? 0);
  }
}

function sizeAt(bytes: Buffer, at: number): number | null {
  if (bytes.length - at < HEAD_BYTES) return null;
  const size = bytes.readUInt32BE(at);
  if (size > LONGEST_PACKET || size === 0) throw new LongPacket(`a packet of ${size} bytes`);
  return size;
}
