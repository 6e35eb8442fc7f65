import fc from "fast-check";
import { expect, test } from "vitest";
import { printTap, readTap, type TapPoint } from "./tap.ts";

const word = fc.string({ unit: fc.constantFrom("a", "B", "#", "\\", " ", "ö", "-", "1") });
const line = word.map((text) => text.replaceAll(/\s+/gu, " ").trim());
const point: fc.Arbitrary<TapPoint> = fc.oneof(
  fc.record({ name: line, outcome: fc.constant("passed" as const), why: fc.constant("") }),
  fc.record({ name: line, outcome: fc.constant("skipped" as const), why: fc.constantFrom("", "later", "no network") }),
);

test("what is printed is read back", () => {
  fc.assert(
    fc.property(fc.array(point), (points) => {
      // A name that looks like a number or a dash is what a reader takes for its own.
      const named = points.map((one) => ({ ...one, name: `t ${one.name}`.trim() }));
      expect(readTap(printTap(named))).toEqual({ points: named, planned: named.length, bailOut: null });
    }),
    { numRuns: 200 },
  );
});

test.each<[string, string, readonly Partial<TapPoint>[] | null]>([
  ["no TAP", "all is well\nok then\n", null],
  ["a plan alone", "1..0\n", null],
  ["bats", "1..2\nok 1 a\nnot ok 2 b\n# in line 3\n", [{ name: "a" }, { name: "b", outcome: "failed", why: "# in line 3" }]],
  [
    "node",
    "TAP version 13\n# Subtest: a\n    # Subtest: inner\n    not ok 1 - inner\nnot ok 1 - a\n  ---\n  error: 'x'\n  ...\n1..1\n",
    [{ name: "a", outcome: "failed", why: "error: 'x'" }],
  ],
  [
    "directives",
    "1..3\nok 1 - a # SKIP no docker\nnot ok 2 - b # TODO\nok - c \\# 1\n",
    [{ outcome: "skipped", why: "no docker" }, { outcome: "skipped" }, { name: "c # 1", outcome: "passed" }],
  ],
])("%s", (_, text, points) => {
  expect(readTap(text)?.points ?? null).toEqual(points === null ? null : points.map((one) => expect.objectContaining(one)));
});

test("a test that gives up says so", () => {
  expect(readTap("1..2\nok 1\nBail out! no disk\n")).toMatchObject({ planned: 2, bailOut: "no disk" });
});

test("no text of a test becomes a line of its own", () => {
  const text = printTap([
    { name: "a\nok 9 - forged", outcome: "failed", why: "x\nok 3 - forged\r\u001b[2Jy" },
    { name: "b", outcome: "skipped", why: "c\nnot ok 7" },
  ]);
  expect(text.split("\n").filter((one) => /^(not )?ok/.test(one))).toEqual(["not ok 1 - a ok 9 - forged", "ok 2 - b # SKIP c not ok 7"]);
  expect(text).not.toContain("\u001b");
});
