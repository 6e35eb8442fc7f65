import { expect, test } from "vitest";
import { isSameIds, parseIdRanges, parseSubordinateIds, SAME_IDS, toOutside } from "./id-ranges.ts";

const MAP = "         0       1000          1\n         1     100000      65536\n";

test.each([
  [0, 1000],
  [1, 100_000],
  [33, 100_032],
  [65_536, 165_535],
  [65_537, null],
])("%d inside is %s outside", (inside, outside) => {
  expect(toOutside(parseIdRanges(MAP), inside)).toBe(outside);
});

test.each([
  ["", true],
  ["0 0 4294967295", true],
  [MAP, false],
])("%j has the same numbers on both sides: %s", (text, isSame) => {
  expect(isSameIds(parseIdRanges(text))).toBe(isSame);
  expect(toOutside(SAME_IDS, 7)).toBe(7);
});

test("subordinate numbers are found by name and by number; damaged rows are passed over", () => {
  const text = "me:100000:65536\n# me:1:2\nother:1:1\n1000:300000:5\nme:x:1\nme:7\n\n";
  expect(parseSubordinateIds(text, { name: "me", id: 1000 })).toEqual([
    { outside: 100_000, count: 65_536 },
    { outside: 300_000, count: 5 },
  ]);
});
