import { expect, test } from "vitest";
import { editDistance, suggest } from "./suggest.ts";

test.each([
  ["prots", "ports"],
  ["enviroment", "environment"],
  ["zzzzzz", null],
  ["", null],
])("%j is meant as %j", (text, name) => {
  expect(suggest(text, ["ports", "environment", "image"])).toBe(name);
});

test.each([
  ["", "abc", 3],
  ["kitten", "sitting", 3],
  ["same", "same", 0],
])("%j and %j differ by %d", (left, right, distance) => {
  expect(editDistance(left, right)).toBe(distance);
});
