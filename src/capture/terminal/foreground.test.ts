import { expect, test } from "vitest";
import { isInteractiveShell } from "./foreground.ts";

test.each([
  ["bash", ["bash"], true],
  ["bash", ["-bash"], true],
  ["bash", ["bash", "--rcfile", "/x"], true],
  ["bash", ["bash", "-i", "-o", "vi"], true],
  ["sh", ["-sh"], true],
  ["zsh", ["zsh", "-l"], true],
  ["busybox", ["busybox", "ash"], true],
  ["busybox", ["ash"], true],
  ["busybox", ["busybox", "vi"], false],
  ["bash", ["bash", "script.sh"], false],
  ["bash", ["bash", "-c", "read x"], false],
  ["bash", ["bash", "-lc", "x"], false],
  ["bash", ["bash", "-x", "script"], false],
  ["vim", ["vim"], false],
])("%s %j is an interactive shell: %j", (name, argv, wanted) => {
  expect(isInteractiveShell(name, argv)).toBe(wanted);
});
