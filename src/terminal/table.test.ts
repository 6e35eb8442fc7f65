import { expect, test } from "vitest";
import { createStyle, wantsColour } from "./style.ts";
import { cutText, renderTable, textWidth, wrapText } from "./table.ts";

test.each([
  ["abc", 3],
  ["日本", 4],
  ["e\u0301", 1],
  ["🐳", 2],
  ["\u001b[31mred\u001b[39m", 3],
])("%j takes %d columns", (text, width) => {
  expect(textWidth(text)).toBe(width);
});

test.each([
  ["abcdef", 6, "abcdef"],
  ["abcdef", 4, "abc…"],
  ["日本語", 4, "日…"],
])("%j cut to %d is %j", (text, width, expected) => {
  expect(cutText(text, width)).toBe(expected);
});

test.each([
  ["one  two three", 9, "one  two\n  three"],
  ["  a long-word-that-stays b", 10, "  a\n  long-word-that-stays\n  b"],
  ["short", Number.POSITIVE_INFINITY, "short"],
])("%j broken at %d is %j", (text, width, expected) => {
  expect(wrapText(text, width)).toBe(expected);
});

test("columns line up, also where cells are coloured or wide", () => {
  const style = createStyle(true);
  expect(
    renderTable([
      ["a", "1"],
      [style.red("bcd"), "2"],
      ["日本", "3", ""],
    ]),
  ).toBe(`a     1\n${style.red("bcd")}   2\n日本  3\n`);
});

test.each([
  [true, {}, true],
  [false, {}, false],
  [true, { NO_COLOR: "1" }, false],
  [true, { NO_COLOR: "" }, true],
  [true, { TERM: "dumb" }, false],
  [false, { FORCE_COLOR: "1" }, true],
  [true, { FORCE_COLOR: "0" }, false],
  [true, { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
])("terminal %s with %j: colour %s", (isTerminal, env, expected) => {
  expect(wantsColour(isTerminal, env)).toBe(expected);
});
