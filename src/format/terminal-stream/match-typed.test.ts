import { expect, test } from "vitest";
import { isIdle, matchTyped, mayExpand } from "./match-typed.ts";

test.each([
  [["echo hi"], "echo hi", "echo hi", []],
  [["for i in 1; do", "  echo $i", "done"], "for i in 1; do   echo $i; done", "for i in 1; do\n  echo $i\ndone", []],
  [["echo a \\", "b"], "echo a b", "echo a \\\nb", []],
  [["", "echo a"], "echo a", "echo a", []],
  [["# why", "echo a"], "echo a", "# why\necho a", []],
  [["echo a", "echo b"], "echo a", "echo a", ["echo b"]],
])("%j is %j", (lines, ran, text, rest) => {
  expect(matchTyped(lines, ran)).toEqual({ text, rest });
});

test.each([
  [["echo x"], "echo y"],
  [["!!"], "echo first"],
  [[], "echo"],
  [["echo"], ""],
])("%j is not %j", (lines, ran) => {
  expect(matchTyped(lines, ran)).toBeNull();
});

test.each([
  ["!!", true],
  ["^a^b", true],
  ["a^b", false],
  ["echo", false],
])("%j may expand: %j", (text, wanted) => {
  expect(mayExpand(text)).toBe(wanted);
});

test.each([
  ["", true],
  ["# a\n\n  # b", true],
  ["# a\nls", false],
])("%j is idle: %j", (text, wanted) => {
  expect(isIdle(text)).toBe(wanted);
});
