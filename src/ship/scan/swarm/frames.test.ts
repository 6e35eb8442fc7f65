import { expect, test } from "vitest";
import { FrameWriter, openFrames, type Seal } from "./frames.ts";

const seal: Seal = { key: "ab".repeat(32), run: "r1", node: "n1" };
const messages = ["one", `long ${"x".repeat(20_000)}`, "é\u202e last"];

async function framesOf(one: Seal, texts: readonly string[]): Promise<readonly string[]> {
  const lines: string[] = [];
  const writer = new FrameWriter(one, (line) => Promise.resolve(void lines.push(line.trimEnd())));
  for (const text of texts) await writer.say(text);
  await writer.end();
  return lines;
}

test("messages come back from frames in any order, among other lines, and twice", async () => {
  const lines = await framesOf(seal, messages);
  expect(lines.length).toBeGreaterThan(3);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(16_384);
  expect(openFrames(["warning: x", ...lines.toReversed(), ...lines], seal)).toEqual({ messages, isWhole: true, refused: 0 });
});

const forgeries: readonly (readonly [string, (lines: readonly string[], other: readonly string[]) => readonly string[]])[] = [
  ["a frame is missing", (lines) => lines.slice(1)],
  ["the end is missing", (lines) => lines.slice(0, -1)],
  ["all is missing", () => []],
  ["the whole is sealed with another key, for another run or node", (_lines, other) => other],
  ["an end is put before the end", (lines) => [lines[0]?.replace(" + ", " - ") ?? ""]],
];

test.each(forgeries)("%s: nothing of it counts", async (_what, change) => {
  const lines = await framesOf(seal, messages);
  for (const wrong of [{ key: "cd".repeat(32) }, { run: "r2" }, { node: "n2" }]) {
    const other = await framesOf({ ...seal, ...wrong }, messages);
    expect(openFrames(change(lines, other), seal)).toMatchObject({ messages: [], isWhole: false });
  }
});

test("forged lines beside the true ones are counted and change nothing", async () => {
  const lines = await framesOf(seal, messages);
  const forged = await framesOf({ ...seal, key: "00".repeat(32) }, ["clean"]);
  const altered = lines.map((line) => `${line.slice(0, -6)}AAAAA=`);
  expect(openFrames([...forged, ...lines, ...altered, "cooper-scan x"], seal)).toEqual({
    messages,
    isWhole: true,
    refused: forged.length + altered.length + 1,
  });
});
