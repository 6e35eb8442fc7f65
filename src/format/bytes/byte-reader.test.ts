import { expect, test } from "vitest";
import { ByteReader, ShortInput } from "./byte-reader.ts";

test("values one after the other", () => {
  const reader = new ByteReader(Buffer.from("07fffffffe00000001000000020000000361626378797a", "hex"));
  expect([reader.byte(), reader.number(), reader.long()]).toEqual([7, 0xfffffffe, 2 ** 32 + 2]);
  expect([reader.field().toString(), reader.isAtEnd]).toEqual(["abc", false]);
  expect([reader.take(1).toString(), reader.rest().toString(), reader.isAtEnd]).toEqual(["x", "yz", true]);
});

test.each<[string, string, (reader: ByteReader) => unknown]>([
  ["a byte", "", (reader) => reader.byte()],
  ["a number", "000000", (reader) => reader.number()],
  ["a long number", "00000000000000", (reader) => reader.long()],
  ["a field", "000000026f", (reader) => reader.field()],
  ["the length of a field", "0000", (reader) => reader.field()],
  ["bytes", "6f", (reader) => reader.take(2)],
])("%s that is not all there", (_name, hex, read) => {
  expect(() => read(new ByteReader(Buffer.from(hex, "hex")))).toThrow(ShortInput);
});
