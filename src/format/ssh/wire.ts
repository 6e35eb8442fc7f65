import { ByteReader } from "../bytes/byte-reader.ts";

/** Numbers of the messages of the SSH protocol (RFC 4250) that a server of ours sends or understands. */
export const MESSAGE = {
  disconnect: 1,
  ignore: 2,
  unimplemented: 3,
  debug: 4,
  serviceRequest: 5,
  serviceAccept: 6,
  keyExchangeInit: 20,
  newKeys: 21,
  exchangeInit: 30,
  exchangeReply: 31,
  authRequest: 50,
  authSuccess: 52,
  globalRequest: 80,
  requestFailure: 82,
  channelOpen: 90,
  channelOpened: 91,
  channelOpenFailed: 92,
  windowAdjust: 93,
  data: 94,
  extendedData: 95,
  eof: 96,
  close: 97,
  channelRequest: 98,
  channelSuccess: 99,
  channelFailure: 100,
} as const;

/** Reads the fields of a message one after the other. */
export class SshReader extends ByteReader {
  boolean(): boolean {
    return this.byte() !== 0;
  }

  uint32(): number {
    return this.number();
  }

  bytes(): Buffer {
    return this.field();
  }

  text(): string {
    return this.bytes().toString("utf8");
  }

  names(): readonly string[] {
    const text = this.bytes().toString("latin1");
    return text === "" ? [] : text.split(",");
  }
}

/** A number of one byte. */
export function byte(value: number): Buffer {
  return Buffer.of(value);
}

/** A number of four bytes. */
export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Bytes with their length before them. */
export function field(value: Uint8Array | string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

/** A number without a sign, big end first, as the protocol writes large numbers: no zero byte too many, and none that looks like a sign. */
export function largeNumber(bytes: Uint8Array): Buffer {
  let start = 0;
  while (start < bytes.length && bytes[start] === 0) start += 1;
  const bare = Buffer.from(bytes.subarray(start));
  return field((bare[0] ?? 0) >= 0x80 ? Buffer.concat([byte(0), bare]) : bare);
}

/** Fields put together to a message. */
export function message(kind: number, ...fields: readonly Uint8Array[]): Buffer {
  return Buffer.concat([byte(kind), ...fields]);
}
