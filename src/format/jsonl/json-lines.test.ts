import { expect, test } from "vitest";
import { parseJsonLines } from "./json-lines.ts";

const CASES: readonly (readonly [string, readonly unknown[], number])[] = [
  ["", [], 0],
  ["\n\n", [], 0],
  ['{"a":1}\n[2]\n', [{ a: 1 }, [2]], 0],
  ['{"a":1}\n[2]', [{ a: 1 }, [2]], 0],
  ['{"a":1}\n[2', [{ a: 1 }], 1],
  ['{"a"\n[2]\n', [[2]], 1],
  ['{"a":"ü\\n"}\n', [{ a: "ü\n" }], 0],
  ["\u0000\n1\n", [1], 1],
];
test.each(CASES)("%j", (text, records, torn) => {
  expect(parseJsonLines(Buffer.from(text))).toEqual({ records, torn });
});
