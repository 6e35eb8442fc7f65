import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { CooperEvent } from "../base/events.ts";
import { createProgress } from "./progress.ts";
import { createStyle } from "./style.ts";

const events: readonly CooperEvent[] = [
  { kind: "progress", text: "building" },
  { kind: "output", text: "Step 1/2\u001b[2J\nStep 2/2\n" },
  { kind: "finding", finding: { code: "a-code", message: "look\u0007 here", hint: "do this" } },
];

function shown(isTerminal: boolean, isVerbose: boolean): string {
  const stream = new PassThrough({ encoding: "utf8" });
  const progress = createProgress({ stream, isTerminal, columns: () => 20, style: createStyle(false) });
  if (isVerbose) progress.showOutput();
  for (const event of events) progress.emit(event);
  progress.clear();
  stream.end();
  return String(stream.read());
}

const finding = "! look\\x07 here (a-code)\n  do this\n";
const erase = "\r\u001b[2K";

test.each([
  ["a file: plain lines, no output of programs", false, false, `building\n${finding}`],
  ["a file with --verbose", false, true, `building\nStep 1/2\\e[2J\nStep 2/2\n${finding}`],
  ["a terminal: one line rewritten", true, false, `${erase}building${erase}Step 2/2${erase}${finding}`],
  ["a terminal with --verbose", true, true, `${erase}building${erase}Step 1/2\\e[2J\nStep 2/2\n${finding}`],
])("%s", (_, isTerminal, isVerbose, expected) => {
  expect(shown(isTerminal, isVerbose)).toBe(expected);
});
