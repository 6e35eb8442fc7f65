import { expect, test } from "vitest";
import type { PathChange } from "../../format/tree/entry.ts";
import type { Observation, Observer } from "../../changes/observer.ts";
import type { LeftProcess } from "../../format/proc/left-process.ts";
import { WAITING_SHELL } from "../exec/shell-line.ts";
import { movedThen, SessionObserver } from "./session-observer.ts";

test("a waiting shell is nobody's work, and its end neither, also as an engine elsewhere lists it", async () => {
  const left = (pid: number, argv: readonly string[]): LeftProcess => ({ pid, argv, parent: 0, uid: 0, cwd: null, listening: [] });
  const nothing: Observation = { changes: [], processes: [], ended: [], packages: [], debconf: [], findings: [], at: 0, isWeak: false };
  const processes = [
    left(1, ["/bin/sh", "-c", WAITING_SHELL]),
    left(2, ["/bin/sh", "-c", "cooper_n='", "printf"]),
    left(3, ["/bin/sh", "-c", "x"]),
  ];
  const looks = [
    { ...nothing, processes },
    { ...nothing, ended: [1, 2, 3] },
  ];
  const observer: Observer = {
    look: () => Promise.resolve(looks.shift() ?? nothing),
    peek: () => Promise.resolve(false),
    tree: () => new Map(),
    close: () => undefined,
  };
  const own = new SessionObserver(observer, () => undefined);
  expect((await own.look()).processes.map(({ pid }) => pid)).toEqual([3]);
  expect((await own.look()).ended).toEqual([3]);
});

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
