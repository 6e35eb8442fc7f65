import { expect, test } from "vitest";
import { byte, field, largeNumber, message, SshReader, uint32 } from "./wire.ts";

test("what is written is read", () => {
  const reader = new SshReader(message(94, uint32(7), field("hö"), field("a,b"), field(""), byte(1)));
  expect([reader.byte(), reader.uint32(), reader.text(), reader.names(), reader.names(), reader.boolean()]).toEqual([
    94,
    7,
    "hö",
    ["a", "b"],
    [],
    true,
  ]);
});

test.each([
  [[0], "00000000"],
  [[0, 0, 1], "0000000101"],
  [[0x80], "000000020080"],
  [[0x7f, 0xff], "000000027fff"],
])("large number %j", (bytes, hex) => {
  expect(largeNumber(Uint8Array.from(bytes)).toString("hex")).toBe(hex);
});

test.each(["", "00", "00000005616263", "ffffffff00"])("a message that ends too soon is refused: %s", (hex) => {
  expect(() => new SshReader(Buffer.from(hex, "hex")).bytes()).toThrow(RangeError);
});
