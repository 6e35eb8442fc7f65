import { describe, expect, test } from "vitest";
import type { ChangeKind, Entry, PathChange } from "../../format/tree/entry.ts";
import { attribute, joinChanges } from "./attribute.ts";

const entry: Entry = { type: "file", mode: 0o644, uid: 0, gid: 0 };

function change(path: string, changedAt: number, kind: ChangeKind = "created"): PathChange {
  const isDeleted = kind === "deleted";
  return { path, kind, before: kind === "created" ? null : entry, after: isDeleted ? null : entry, changedAt, kept: false };
}

const first = { startedAt: 1000, endedAt: 1500 };
const second = { startedAt: 2000, endedAt: 2500 };
/** It opened the shell in which `second` was the last command, and ended with it. */
const opener = { startedAt: 1000, endedAt: 2501 };

describe("each change has the command in whose time it was made", () => {
  test.each([
    [1200, [first], null, "0"],
    [995, [first], null, "0"],
    [500, [first], null, "outside"],
    [1200, [first, second], null, "0"],
    [2200, [first, second], null, "1"],
    [2200, [first], 2100, "later"],
    [2095, [first], 2100, "0 uncertain"],
    [2200, [second, opener], null, "0"],
    [1200, [second, opener], null, "1"],
    [500, [second, opener], null, "outside"],
    [0, [first], null, "0"],
    [0, [first, second], null, "1 uncertain"],
    [700, [], null, "outside"],
    [150, [], null, "later"],
  ])("%d in %j, next %j: %s", (at, windows, nextStart, wanted) => {
    const openings = [{ startedAt: 100, endedAt: 200 }];
    const { own, outside, later } = attribute([change("/a", at)], { windows, nextStart, openings, isWeak: false });
    const index = own.findIndex(({ changes }) => changes.length > 0);
    const place =
      outside.length > 0 ? "outside" : later.length > 0 ? "later" : `${index}${own[index]?.uncertain === true ? " uncertain" : ""}`;
    expect(place).toBe(wanted);
  });

  test.each([
    ["the last command that ended", [first, second], null, [0, 1, 0, 0]],
    ["the one that runs, where none ended", [], 2100, [0, 1]],
    ["nobody, where none runs either", [], null, [1, 0]],
  ] as const)("where times tell nothing %s has all", (_who, windows, nextStart, wanted) => {
    const { own, outside, later } = attribute([change("/a", 1)], { windows, nextStart, openings: [], isWeak: true });
    expect([...own.map(({ changes }) => changes.length), outside.length, later.length]).toEqual(wanted);
  });
});

test.each([
  ["created", "changed", "created"],
  ["created", "deleted", null],
  ["changed", "deleted", "deleted"],
  ["deleted", "created", "changed"],
  ["remoded", "remoded", "remoded"],
  ["remoded", "reowned", "changed"],
] as const)("%s and then %s is %s", (one, two, wanted) => {
  const joined = joinChanges([change("/a", 1, one)], [change("/a", 2, two), change("/b", 2)]);
  expect(joined.map(({ path, kind }) => [path, kind])).toEqual([...(wanted === null ? [] : [["/a", wanted]]), ["/b", "created"]]);
});
