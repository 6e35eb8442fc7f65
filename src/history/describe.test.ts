import { expect, test } from "vitest";
import { describeEffect, describeStep } from "./describe.ts";
import { testChange, testEffect, testStep } from "./test-values.ts";

const STEPS: readonly (readonly [Parameters<typeof testStep>[0], string])[] = [
  [{ typed: "ls -l" }, "ls -l"],
  [{ typed: "\n  cat <<E\nx\nE\n" }, "cat <<E …"],
  [{ typed: "x".repeat(100) }, `${"x".repeat(79)}…`],
  [{ typed: "", kind: "outside" }, "(changed from outside)"],
  [{ typed: "" }, ""],
];

test.each(STEPS)("%j", (over, line) => {
  expect(describeStep(testStep(over))).toBe(line);
});

const left = { pid: 7, parent: 1, argv: ["nginx"], uid: 0, cwd: "/", listening: [] };
const bought = { manager: "apt", name: "nginx", automatic: false } as const;

test("an Effect in words", () => {
  const effect = {
    ...testEffect(testChange("/a", 1), testChange("/b", 0), { ...testChange("/c", 1), package: "nginx" }),
    processes: [left, { ...left, pid: 8 }],
    packages: [
      { ...bought, before: null, after: "1" },
      { ...bought, before: "1", after: "2" },
      { ...bought, before: "1", after: null },
    ],
    ended: [9],
  };
  expect(describeEffect(effect)).toBe(
    "1 package installed, 1 package upgraded, 1 package removed, 1 path created, 1 path deleted, 2 processes left running, 1 process ended",
  );
  expect(describeEffect({ ...testEffect(testChange("/a", 1)), uncertain: true })).toBe("1 path created (uncertain)");
  expect(describeEffect(testEffect())).toBe("");
});
