import { expect, test } from "vitest";
import type { TraceAct } from "../../trace/protocol.ts";
import { imageOf } from "../test-image.ts";
import { missingPaths, unlistedPaths } from "./missing.ts";

const ROWS = {
  "/lib/one.py": "1",
  "/lib/two.py": "2",
  "/lib/part/__init__.py": "",
  "/lib/part/tests/big.py": "x",
  "/link": "-> lib/one.py",
  "/far/three.py": "3",
};
const traceOf = (touched: Record<string, readonly TraceAct[]>): Parameters<typeof missingPaths>[1] => ({
  version: 1,
  touched,
  lost: 0,
  mode: "transparent",
});

test("what was looked for, with the links on the way", async () => {
  const small = { image: await imageOf(ROWS), kept: new Set(["/", "/lib"]) };
  expect(missingPaths(small, traceOf({ "/link": ["opened"], "/none": ["opened"], "/lib": ["listed"] }))).toEqual(["/lib/one.py", "/link"]);
});

test.each([
  ["No module named 'two'", ["/lib/two.py"]],
  ["cannot import part", ["/lib/part/__init__.py"]],
  ["nothing to the point", []],
  [null, ["/lib/part/__init__.py", "/lib/two.py"]],
])("what listed folders lack, where the program says %j", async (said, wanted) => {
  const small = { image: await imageOf(ROWS), kept: new Set(["/", "/lib", "/lib/one.py"]) };
  expect(unlistedPaths(small, traceOf({ "/lib": ["listed"], "/far": ["opened"] }), said)).toEqual(wanted);
});
