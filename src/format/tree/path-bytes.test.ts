import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodePath, encodePath } from "./path-bytes.ts";

describe("path bytes", () => {
  const cases: readonly (readonly [string, readonly number[], string])[] = [
    ["ascii", [0x2f, 0x61], "/a"],
    ["newline", [0x61, 0x0a, 0x62], "a\nb"],
    ["two-byte letter", [0xc3, 0xa9], "é"],
    ["four-byte sign", [0xf0, 0x9f, 0x98, 0x80], "😀"],
    ["latin-1 letter", [0x61, 0xe9, 0x62], "a\udce9b"],
    ["a real U+FFFD", [0xef, 0xbf, 0xbd], "\ufffd"],
    ["a real U+FFFD beside a bad byte", [0xef, 0xbf, 0xbd, 0xff], "\ufffd\udcff"],
    ["an encoded surrogate", [0xed, 0xb2, 0x80], "\udced\udcb2\udc80"],
    ["an overlong slash", [0xc0, 0xaf], "\udcc0\udcaf"],
    ["a cut sequence", [0xe2, 0x82], "\udce2\udc82"],
    ["bad bytes after an astral sign", [0xf0, 0x9f, 0x98, 0x80, 0x80], "😀\udc80"],
  ];
  test.each(cases)("%s", (_name, bytes, text) => {
    expect(decodePath(Uint8Array.from(bytes))).toBe(text);
    expect([...encodePath(text)]).toEqual([...bytes]);
  });

  test("any bytes come back, also through JSON", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const text: unknown = JSON.parse(JSON.stringify(decodePath(bytes)));
        expect([...encodePath(String(text))]).toEqual([...bytes]);
      }),
    );
  });

  test("different bytes give different texts", () => {
    const bytes = fc.array(fc.constantFrom(0x61, 0x80, 0xbf, 0xc3, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0xed, 0xb2), { maxLength: 8 });
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        const same = Buffer.from(a).equals(Buffer.from(b));
        expect(decodePath(Uint8Array.from(a)) === decodePath(Uint8Array.from(b))).toBe(same);
      }),
    );
  });
});
