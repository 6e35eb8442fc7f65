import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeFrame, FrameReader } from "./frames.ts";

test("frames come out as they went in, in whatever pieces the stream is cut", () => {
  const frame = fc.record({ kind: fc.constantFrom("a", "b", "Z"), bytes: fc.uint8Array({ maxLength: 300 }) });
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 8 }), fc.integer({ min: 1, max: 64 }), (frames, size) => {
      const stream = Buffer.concat(frames.map(({ kind, bytes }) => encodeFrame(kind, bytes)));
      const reader = new FrameReader();
      const read = [];
      for (let at = 0; at < stream.length; at += size) read.push(...reader.push(stream.subarray(at, at + size)));
      expect(read.map(({ kind, bytes }) => [kind, [...bytes]])).toEqual(frames.map(({ kind, bytes }) => [kind, [...bytes]]));
    }),
  );
});

test("frames of some kinds come in pieces as soon as they come, the others whole", () => {
  const reader = new FrameReader("o");
  const stream = Buffer.concat([encodeFrame("o", "abcdef"), encodeFrame("x", "012"), encodeFrame("o"), encodeFrame("o", "g")]);
  const told = [stream.subarray(0, 8), stream.subarray(8, 18), stream.subarray(18)].map((chunk) =>
    reader.push(chunk).map(({ kind, bytes }) => `${kind}${bytes.toString()}`),
  );
  expect(told).toEqual([["oabc"], ["odef"], ["x012", "o", "og"]]);
});
