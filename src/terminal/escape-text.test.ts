import { expect, test } from "vitest";
import { escapeLines, escapeText } from "./escape-text.ts";

test.each([
  ["plain text, ünïcode 日本 🐳", "plain text, ünïcode 日本 🐳"],
  ["\u001b[31mred", "\\e[31mred"],
  ["a\nb\tc\r", "a\\nb\\tc\\r"],
  ["\u009b31m", "\\x9b31m"],
  ["\u0007\u0000", "\\x07\\x00"],
  ["safe\u202egnp.exe", "safe\\u{202e}gnp.exe"],
])("%j as one line", (text, expected) => {
  expect(escapeText(text)).toBe(expected);
});

test("lines and tabs are kept where they are wanted", () => {
  expect(escapeLines("a\n\tb\u001b]0;title\u0007")).toBe("a\n\tb\\e]0;title\\x07");
});
