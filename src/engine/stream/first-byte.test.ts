import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { firstByte } from "./first-byte.ts";

test.each<[string, (stream: PassThrough) => unknown, string | null]>([
  ["a word", (stream) => stream.write("1rest"), "1"],
  ["a word and the end", (stream) => stream.end("0"), "0"],
  ["the end before the first byte", (stream) => stream.end(), null],
  ["an error before the first byte", (stream) => stream.destroy(new Error("broken")), null],
  ["closed before the first byte", (stream) => stream.destroy(), null],
])("%s", async (_name, act, expected) => {
  const stream = new PassThrough();
  const first = firstByte(stream);
  act(stream);
  expect(await first).toBe(expected);
});

test("a stream that says nothing", async () => {
  expect(await firstByte(new PassThrough(), 1)).toBeNull();
});

test("what comes behind it is left", async () => {
  const stream = new PassThrough();
  const first = firstByte(stream);
  stream.end("1rest");
  await first;
  expect((await stream.toArray()).join("")).toBe("rest");
});
