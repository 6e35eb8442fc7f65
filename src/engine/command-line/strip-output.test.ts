import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { FramedOutput, WithoutComplaint } from "./strip-output.ts";

async function passed(pieces: readonly string[], through: FramedOutput | WithoutComplaint): Promise<string> {
  let text = "";
  for await (const bytes of Readable.from(pieces.map((piece) => Buffer.from(piece))).pipe(through)) text += String(bytes);
  return text;
}

const FRAMED: readonly (readonly [string, readonly string[], string, number | null])[] = [
  ["all in one piece", ["hello\nBEGIN\nout\nputEND003"], "out\nput", 3],
  ["byte by byte", [..."noise BEGIN\nxEEND127"], "xE", 127],
  ["nothing between", ["BEGIN\nEND000"], "", 0],
  ["a way that broke", ["BEGIN\npart EN"], "part EN", null],
  ["no beginning", ["no such host\n"], "", null],
];

test.each(FRAMED)("what stands between the words: %s", async (_, pieces, text, exit) => {
  const through = new FramedOutput({ begin: "BEGIN", end: "END" });
  expect(await passed(pieces, through)).toBe(text);
  expect(through.exitCode).toBe(exit);
});

const FATAL = 'time="2024-01-01T00:00:00Z" level=fatal msg="exec failed with exit code 3"\n';

const COMPLAINTS: readonly (readonly [string, readonly string[], string, number | null])[] = [
  ["alone", [FATAL], "", 3],
  ["behind output, in pieces", ["warned\nti", FATAL.slice(2, 30), FATAL.slice(30)], "warned\n", 3],
  ["that is the command's own", [`${FATAL}more\n`], `${FATAL}more\n`, null],
  ["of another kind", ['time="x" level=fatal msg="no such container"\n'], 'time="x" level=fatal msg="no such container"\n', null],
  ["that looks so at first", ["tim", "e flies\n"], "time flies\n", null],
];

test.each(COMPLAINTS)("a complaint %s", async (_, pieces, text, exit) => {
  const through = new WithoutComplaint();
  expect(await passed(pieces, through)).toBe(text);
  expect(through.exitCode).toBe(exit);
});
