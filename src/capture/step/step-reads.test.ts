import { expect, test } from "vitest";
import type { Observation, Observer } from "../../changes/observer.ts";
import type { Entry } from "../../format/tree/entry.ts";
import type { WatchedAct } from "../../trace/watch-container.ts";
import { withReads } from "./step-reads.ts";

const nothing: Observation = { at: 0, changes: [], packages: [], debconf: [], processes: [], ended: [], findings: [], isWeak: false };

const entry: Entry = { type: "file", mode: 0o644, uid: 0, gid: 0 };

function observerOf(paths: readonly string[]): Observer {
  const tree = new Map(paths.map((path) => [path, entry]));
  return { look: () => Promise.resolve(nothing), peek: () => Promise.resolve(false), tree: () => tree, close: () => undefined };
}

async function readsOf(acts: readonly WatchedAct[], shells: readonly number[]): Promise<Observation["reads"]> {
  const watch = { take: () => Promise.resolve(acts), remove: () => Promise.resolve() };
  const observer = withReads(observerOf(["/made"]), { watch: Promise.resolve(watch), shells: () => shells });
  await Promise.resolve();
  await observer.look();
  return (await observer.look()).reads;
}

const opened = (pid: number, parents: readonly number[], path = "/made"): WatchedAct => ({ pid, parents, act: "opened", path });

test.each([
  ["the shell itself", opened(5, [0]), ["/made"]],
  ["a descendant", opened(9, [7, 5, 0]), ["/made"]],
  ["one that was gone too soon", opened(9, []), ["/made"]],
  ["a service", opened(9, [1, 0]), []],
  ["what no Step changed", opened(5, [0], "/etc/hostname"), []],
  ["a write", { ...opened(5, [0]), act: "written" } as const, []],
])("reads of %s", async (_name, act, wanted) => {
  expect(await readsOf([act], [5])).toEqual(wanted);
});

test("knows no reads of a command that began before the watch", async () => {
  const watch = { take: () => Promise.resolve([opened(5, [0])]), remove: () => Promise.resolve() };
  const observer = withReads(observerOf(["/made"]), { watch: Promise.resolve(watch), shells: () => [5] });
  await Promise.resolve();
  expect((await observer.look()).reads).toBeNull();
  expect((await observer.look()).reads).toEqual(["/made"]);
});

test("knows no reads where nothing watches", async () => {
  const observer = withReads(observerOf([]), { watch: Promise.resolve(null), shells: () => [] });
  expect((await observer.look()).reads).toBeNull();
});
