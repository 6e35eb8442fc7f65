import { expect, test } from "vitest";
import { createKeyReader } from "./typed-keys.ts";

test.each([
  ["ls -l\r", "ls -l"],
  ["ls\n", "ls"],
  ["\r", ""],
  ["lx\u007Fs\r", "ls"],
  ["ä\u007Fo\r", "o"],
  ["wrong\u0015right\r", "right"],
  ["one two\u0017three\r", "one three"],
  ["gone\u0003here\r", "here"],
  ["a\u0004b\u0005\r", "ab"],
  ["ls\t\r", null],
  ["\u001B[A\r", null],
  ["x\u001B[3;7R\u001B[?1;2c\u001B[Iy\r", "xy"],
  ["\u001B[200~a\tb\rc\u001B[201~\r", "a\tb\nc"],
  ["\u001B[200~\u0003\u001B[201~\r", "\u0003"],
])("%j", (keys, text) => {
  for (const size of [1, 2, keys.length]) {
    const reader = createKeyReader();
    const bytes = Buffer.from(keys);
    let line = null;
    for (let at = 0; at < bytes.length && line === null;) {
      const read = reader.read(bytes.subarray(at, at + size));
      at += read.length;
      ({ line } = read);
    }
    expect(line?.text).toBe(text);
  }
});

test("what follows an Enter is left", () => {
  const line = { text: "one", isPasted: false };
  expect(createKeyReader().read(Buffer.from("one\rtwo\r"))).toEqual({ length: 4, line, isEnd: false });
});

test.each([
  ["\u0004ls", 1, true],
  ["l\u0004s", 2, true],
  ["\u001B[200~\u0004\u001B[201~", 13, false],
])("an end-of-file in %j", (keys, length, isEnd) => {
  expect(createKeyReader().read(Buffer.from(keys))).toEqual({ length, line: null, isEnd });
});
