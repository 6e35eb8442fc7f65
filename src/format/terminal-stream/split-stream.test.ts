import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { markerText } from "./marker.ts";
import { createStreamSplitter, type StreamPiece } from "./split-stream.ts";

const nonce = "ab12";
const mark = (rest: string): string => markerText(nonce, rest);

function split(chunks: readonly string[]): { shown: string; told: readonly string[] } {
  const splitter = createStreamSplitter();
  splitter.accept(nonce);
  const pieces: StreamPiece[] = chunks.flatMap((chunk) => splitter.push(Buffer.from(chunk)));
  pieces.push(...splitter.flush());
  const shown = pieces.flatMap((piece) => ("bytes" in piece ? [piece.bytes.toString()] : [])).join("");
  const told = pieces.flatMap((piece) => {
    if (!("message" in piece)) return [];
    const { kind, fields, body, isGarbled } = piece.message;
    return [[kind, ...fields, ...(body === null ? [] : [`<${body}>`]), ...(isGarbled ? ["garbled"] : [])].join(" ")];
  });
  return { shown, told };
}

describe("messages leave the stream, all else stays", () => {
  test.each([
    ["plain", "plain", []],
    [`a${mark("P;0;12")}b`, "ab", ["P 0 12"]],
    [`a${mark("S;1")}echo\r\nx\u0007\u001B]0;t${mark("Z")}b`, "ab", ["S 1 <echo\nx\u0007\u001B]0;t>"]],
    [`${mark("D")}four${mark("Z;4")}`, "", ["D <four>"]],
    [`${mark("D")}käse${mark("Z;4")}`, "", ["D <käse>"]],
    [`${mark("D")}käse${mark("Z;5")}`, "", ["D <käse>"]],
    [`${mark("D")}four and noise${mark("Z;4")}`, "", ["D <four and noise> garbled"]],
    [`${mark("D")}PS1=${mark("E")}${mark("Z")}`, "", [`D <PS1=${mark("E")}>`]],
    [`${mark("D")}killed${mark("P;1")}`, "", ["D <killed> garbled", "P 1"]],
    [markerText("ffff", "P;0"), markerText("ffff", "P;0"), []],
    [`${mark("D")}${markerText("ffff", "Z")}${mark("Z")}`, "", [`D <${markerText("ffff", "Z")}>`]],
    [`\u001B]7770;${"x".repeat(600)}\u0007`, `\u001B]7770;${"x".repeat(600)}\u0007`, []],
    ["\u001B", "\u001B", []],
    ["\u001B]777", "\u001B]777", []],
    [mark("Z"), "", []],
  ])("%j", (text, shown, told) => {
    expect(split([text])).toEqual({ shown, told });
  });
});

test("the places where chunks are cut change nothing", () => {
  const parts = fc.constantFrom(
    "text",
    "\u001B",
    "\u001B]",
    "\u001B[31m",
    "\r\n",
    "é",
    mark("P;0"),
    `${mark("S;1")}body${mark("Z")}`,
    markerText("ffff", "P;1"),
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 12 }), fc.infiniteStream(fc.integer({ min: 1, max: 9 })), (texts, sizes) => {
      const whole = Buffer.from(texts.join(""));
      const splitter = createStreamSplitter();
      splitter.accept(nonce);
      const pieces: StreamPiece[] = [];
      for (let at = 0; at < whole.length;) {
        const size = sizes.next().value ?? 1;
        pieces.push(...splitter.push(whole.subarray(at, at + size)));
        at += size;
      }
      pieces.push(...splitter.flush());
      const shown = Buffer.concat(pieces.flatMap((piece) => ("bytes" in piece ? [piece.bytes] : []))).toString();
      const count = pieces.filter((piece) => "message" in piece).length;
      const atOnce = split([texts.join("")]);
      expect([shown, count]).toEqual([atOnce.shown, atOnce.told.length]);
      expect(shown).toBe(texts.filter((text) => !text.includes(nonce)).join(""));
    }),
  );
});
