import { expect, test } from "vitest";
import type { ShellState } from "../../../history/model.ts";
import { expandWord, resolvePath, splitWord } from "./expand-word.ts";

const STATE: ShellState = {
  cwd: "/srv",
  umask: "0022",
  variables: { A: { kind: "scalar", value: "/opt/a", exported: true }, L: { kind: "array", value: [["0", "x"]], exported: false } },
  functions: {},
  aliases: {},
  options: [],
};

test.each([
  ["plain", "plain", false],
  ["$A/b", "/opt/a/b", false],
  ['"${A}"/b', "/opt/a/b", false],
  ["'$A'", "$A", false],
  ["a\\ b", "a b", false],
  ["~/x", "/home/u/x", false],
  ["~app/x", "/home/app/x", false],
  ["$B/c", "", true],
  ["/etc/$L", "/etc/", true],
  ["/etc/*.conf", "/etc/", true],
  ["/etc/{a,b}", "/etc/", true],
  ["/x/`id`", "/x/", true],
  ["'*'", "*", false],
  ["$'a'", "a", false],
])("%s is %s", (text, value, isPartial) => {
  expect(expandWord(text, STATE, "/home/u")).toEqual({ value, isPartial });
});

test.each([
  ["a", "/srv", "/srv/a"],
  ["../b/./c//", "/srv/x", "/srv/b/c"],
  ["/e/..", "/srv", "/"],
])("%s in %s is %s", (path, folder, expected) => {
  expect(resolvePath(path, folder)).toBe(expected);
});

test("a word may hold several paths", () => {
  expect(splitWord("touch /a && of=/b:'/c'")).toEqual(["touch", "/a", "of", "/b", "/c"]);
});
