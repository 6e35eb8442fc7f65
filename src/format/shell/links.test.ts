import { expect, test } from "vitest";
import { joinLinks, readLinks } from "./links.ts";

test.each([
  ["a", ["a"]],
  ["a x && b | c; d > f", ["a x", "b | c", "d > f"]],
  ["(cd /x && y); z", ["(cd /x && y)", "z"]],
  ["if a; then b; fi && c", ["if a; then b; fi", "c"]],
  ["a;b ;  c", ["a", "b", "c"]],
])("the links of %s", (text, expected) => {
  expect(readLinks(text)?.map((link) => link.text)).toEqual(expected);
});

test.each(["a || b", "a & b", "cat <<E\nx\nE", "a\nb", "a && ("])("%j is no plain list", (text) => {
  expect(readLinks(text)).toBeNull();
});

test.each([
  ["a && b;c", "a && b; c"],
  ["a ; b&&c", "a; b && c"],
])("%s is put together again", (text, expected) => {
  expect(joinLinks(readLinks(text) ?? [])).toBe(expected);
});
