import fc from "fast-check";
import { expect, test } from "vitest";
import { type FileAttributes, isOfType, printAttributes, readAttributes, withType } from "./attributes.ts";
import { ShortInput } from "../bytes/byte-reader.ts";
import { LongPacket, PacketCutter, PacketReader, type PacketValue, printHead, printPacket, SFTP } from "./packet.ts";

const uint32 = fc.nat(0xffff_ffff);
const bytes = fc.uint8Array({ maxLength: 200 }).map((all) => Buffer.from(all));
const packets = fc.array(fc.tuple(fc.nat(255), fc.array(fc.oneof(uint32, fc.bigInt(0n, 2n ** 53n - 1n), bytes), { maxLength: 6 })), {
  maxLength: 8,
});

function readBack(packet: Buffer, values: readonly PacketValue[]): unknown[] {
  const reader = new PacketReader(packet);
  return [
    reader.byte(),
    ...values.map((value) =>
      typeof value === "number" ? reader.number() : typeof value === "bigint" ? BigInt(reader.long()) : reader.string(),
    ),
    reader.isAtEnd,
  ];
}

test("what is printed is read, however the stream is cut", () => {
  fc.assert(
    fc.property(packets, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (all, cuts) => {
      const stream = Buffer.concat(all.map(([type, values]) => printPacket(type, values)));
      const cutter = new PacketCutter();
      const got: Buffer[] = [];
      for (let at = 0, turn = 0; at < stream.length; turn++) {
        const size = cuts[turn % cuts.length] ?? 1;
        got.push(...cutter.add(stream.subarray(at, at + size)).map((packet) => Buffer.from(packet)));
        at += size;
      }
      expect(got.map((packet, index) => readBack(packet, all[index]?.[1] ?? []))).toEqual(
        all.map(([type, values]) => [type, ...values, true]),
      );
    }),
  );
});

const attributes: fc.Arbitrary<FileAttributes> = fc.record(
  {
    size: fc.nat(Number.MAX_SAFE_INTEGER),
    owner: fc.record({ uid: uint32, gid: uint32 }),
    mode: uint32,
    times: fc.record({ accessed: uint32, modified: uint32 }),
  },
  { requiredKeys: [] },
);

test("a head announces the bytes that follow it", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (raw) => {
      const bytes = Buffer.from(raw);
      const [packet] = new PacketCutter().add(Buffer.concat([printHead(SFTP.write, [7, "handle"], bytes.length), bytes]));
      const reader = new PacketReader(packet ?? Buffer.alloc(0));
      expect([reader.byte(), reader.number(), reader.string().toString(), reader.rest()]).toEqual([SFTP.write, 7, "handle", bytes]);
    }),
  );
});

test("attributes come back as they were", () => {
  fc.assert(
    fc.property(attributes, (one) => {
      const reader = new PacketReader(printPacket(SFTP.attributes, printAttributes(one)).subarray(5));
      expect(readAttributes(reader)).toEqual(one);
      expect(reader.isAtEnd).toBe(true);
    }),
  );
});

test("attributes of extensions are passed over", () => {
  const packet = printPacket(SFTP.attributes, [0x8000_0004, 0o100_644, 1, "name", "value", 77]);
  const reader = new PacketReader(packet.subarray(5));
  expect(readAttributes(reader)).toEqual({ mode: 0o100_644 });
  expect(reader.number()).toBe(77);
});

test("a packet that is cut off throws, whatever is read", () => {
  fc.assert(
    fc.property(bytes, (packet) => {
      const reader = new PacketReader(packet);
      try {
        for (;;) {
          readAttributes(reader);
          reader.string();
        }
      } catch (error) {
        expect(error).toBeInstanceOf(ShortInput);
      }
    }),
  );
});

test.each([[0], [0xffff_ffff]])("a length of %d is no packet", (length) => {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(length);
  expect(() => new PacketCutter().add(head)).toThrow(LongPacket);
});

test.each([
  [0o040_755, "folder"],
  [0o120_777, "link"],
  [0o100_644, "file"],
] as const)("%o is a %s", (mode, type) => {
  expect(isOfType({ mode }, type)).toBe(true);
  expect(withType({ mode: 0o010_644 }, type).mode).toBe((mode & 0o170_000) | 0o644);
});
