import { expect, test } from "vitest";
import { terminalSetting } from "./terminal-kind.ts";

test.each([
  ["xterm-256color", ["TERM=xterm-256color"]],
  ["screen", ["TERM=screen"]],
  ["xterm-kitty", ["TERM=xterm-256color"]],
  ["rxvt-unicode-256color", ["TERM=xterm-256color"]],
  ["wyse50", []],
  ["", []],
  [undefined, []],
])("%s", (kind, wanted) => {
  expect(terminalSetting(kind)).toEqual(wanted);
});
