import { expect, test } from "vitest";
import type { PathChange } from "../../format/tree/entry.ts";
import { movedThen } from "./session-observer.ts";

function change(path: string, changedAt: number): PathChange {
  return { path, before: null, after: null, changedAt, kept: false, kind: "created" };
}

test.each([
  [
    "what came with a folder has its time",
    [
      ["/new", 900],
      ["/new/a", 100],
      ["/new/b/c", 200],
    ],
    [900, 900, 900],
  ],
  [
    "what was changed in it later has its own",
    [
      ["/new", 900],
      ["/new/a", 950],
    ],
    [900, 950],
  ],
  [
    "what is deleted has none",
    [
      ["/old", 0],
      ["/old/a", 0],
    ],
    [0, 0],
  ],
  [
    "what is beside it has its own",
    [
      ["/new", 900],
      ["/newer/a", 100],
    ],
    [900, 100],
  ],
] as const)("%s", (_name, changes, times) => {
  const then = movedThen(
    changes.map(([path, at]) => change(path, at)),
    new Set(["/old", "/new"]),
  );
  expect(then.map(({ changedAt }) => changedAt)).toEqual(times);
});
