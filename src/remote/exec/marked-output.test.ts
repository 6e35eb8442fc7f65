import { expect, test } from "vitest";
import { MarkedOutput, readEnd, readHexState, waitsAgain } from "./marked-output.ts";

test.each([
  [["abc", "WORDX0\n"], "abc", "X0\n"],
  [["abcWO", "RDX1", "2\n"], "abc", "X12\n"],
  [["WOWO", "RWORD", ""], "WOWOR", ""],
  [["no word"], "no word", undefined],
])("%j passes %j on and keeps %j", (chunks, passed, behind) => {
  const output = new MarkedOutput("WORD");
  const parts = chunks.map((chunk) => output.push(Buffer.from(chunk)).toString());
  expect(parts.join("") + output.end().toString()).toBe(passed);
  expect(output.behind?.toString()).toBe(behind);
});

test("behind the word only so much is kept as a shell can have to tell", () => {
  const output = new MarkedOutput("WORD");
  const piece = Buffer.alloc(1024 * 1024, "z");
  output.push(Buffer.from("WORDS"));
  for (let times = 0; times < 6; times += 1) output.push(piece);
  expect(output.isTooLong).toBe(false);
  for (let times = 0; times < 60; times += 1) expect(output.push(piece).length).toBe(0);
  expect(output.isTooLong).toBe(true);
  expect(output.behind?.length).toBeLessThan(10 * piece.length);
});

test.each([
  ["X0\n", { exit: 0, state: null }],
  ["X1", null],
  ["X3\nWORDR\n", { exit: 3, state: null }],
  ["X3\nWOR", { exit: 3, state: null }],
  ["X3\nlate\n", { exit: 3, state: null }],
  ["S/srv\0A=1\0", null],
  ["S/srv\0A=X1\n\0WORDX7\nlate", { exit: 7, state: { cwd: Buffer.from("/srv"), environment: [Buffer.from("A=X1\n")] } }],
  ["S/srv\0A=1\0B=\n\0WORDX7\n", { exit: 7, state: { cwd: Buffer.from("/srv"), environment: [Buffer.from("A=1"), Buffer.from("B=\n")] } }],
])("%j behind the word", (text, end) => {
  expect(readEnd(Buffer.from(text), "WORD")).toEqual(end);
});

test.each([
  ["X0\n", false],
  ["X0\nWORDR\n", true],
  ["X0\nWORDR\nlate", false],
])("whether the shell waits again after %j", (text, isWaiting) => {
  expect(waitsAgain(Buffer.from(text), "WORD")).toBe(isWaiting);
});

test("a state in hexadecimal digits", () => {
  expect(readHexState(Buffer.from("S 2f 73 00 41 3d 31 00\r\n"))).toEqual({ cwd: Buffer.from("/s"), environment: [Buffer.from("A=1")] });
  expect(readHexState(Buffer.from("Sod: not found"))).toBeNull();
});
