import { expect, test } from "vitest";
import { usesLeftovers } from "./leftovers.ts";

test.each([
  ['echo "$2" > pos', true],
  ["printf '%s' \"$@\"", true],
  ["echo ${1:-a} $#", true],
  ["echo hi >&3", true],
  ["cat <&4", true],
  ["awk '{print $1}' f", false],
  ["f() { echo $1; }; f a", false],
  ["set -- a b; echo $1", false],
  ["echo ${#HOME} $HOME", false],
  ["echo a 3>f >&3", false],
  ["echo a >&2 2>&1", false],
  ["exec 3>&-", false],
])("%s: %s", (text, expected) => {
  expect(usesLeftovers(text)).toBe(expected);
});
