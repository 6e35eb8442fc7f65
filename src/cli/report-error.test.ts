import { CommanderError } from "commander";
import { expect, test } from "vitest";
import { CooperError } from "../base/errors.ts";
import { createStyle } from "../terminal/style.ts";
import { exitCodeOf, renderError } from "./report-error.ts";

const error = (exit: number): CooperError => new CooperError("some-code", "it went\u001b[31m wrong", { exit, hint: "do this\nor that" });

test.each([
  ["history", error(3), false, 3],
  ["history", error(2), false, 2],
  ["record", error(3), false, 125],
  ["record", error(2), false, 2],
  ["exec", error(127), false, 127],
  ["dev exec", error(2), false, 125],
  ["dev exec", error(127), false, 127],
  ["dev status", error(3), false, 3],
  ["exec", error(126), false, 126],
  ["exec", new Error("a mistake"), false, 125],
  ["verify", new Error("a mistake"), false, 4],
  ["verify", error(4), true, 130],
  ["up", Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" }), false, 4],
  ["record", new CommanderError(1, "commander.unknownOption", ""), false, 2],
  ["replay", new CommanderError(0, "commander.helpDisplayed", ""), false, 0],
])("%s that throws %s (interrupted: %s) ends with %d", (verb, thrown, isInterrupted, expected) => {
  expect(exitCodeOf(thrown, { verb, isInterrupted })).toBe(expected);
});

test.each([
  ["a file that the message does not name", "it is torn", { file: "/a", line: 3 }, "/a:3: it is torn"],
  ["a file that the message names", "There is no file /a.", { file: "/a" }, "There is no file /a."],
  ["a line of a file that the message names", "/a is torn", { file: "/a", line: 3 }, "/a:3: /a is torn"],
])("%s is told once", (_, message, where, head) => {
  expect(renderError(new CooperError("some-code", message, { where }), createStyle(false), false)).toBe(
    `cooper: ${head}\n  (docs/findings/some-code.md)\n`,
  );
});

test("a full disk is no mistake of ours", () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  const told = renderError(full, createStyle(false), false);
  expect(told).toMatch(
    /^cooper: A disk is full: ENOSPC: no space left on device, write\n {2}Make room .*docs\/findings\/disk-full\.md\)\n$/su,
  );
});

test("an error is told with its hint and its page, without control characters", () => {
  expect(renderError(error(2), createStyle(false), false)).toBe(
    "cooper: it went\\e[31m wrong\n  do this\n  or that\n  (docs/findings/some-code.md)\n",
  );
});
