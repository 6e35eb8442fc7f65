import { expect, test } from "vitest";
import { runWaves, type WaveUnit } from "./waves.ts";

interface Case {
  readonly units: readonly WaveUnit[];
  readonly fails?: readonly string[];
  readonly isReversed?: boolean;
  readonly parallel?: number;
}

const unit = (name: string, after: readonly string[] = [], wave: number | null = null): WaveUnit => ({ name, after, wave });

/** When each began and ended, and what became of it. */
async function run({
  units,
  fails = [],
  isReversed = false,
  parallel = 9,
}: Case): Promise<{ order: string; states: string; most: number }> {
  const order: string[] = [];
  const now = { at: 0, most: 0 };
  const act = async (name: string): Promise<void> => {
    order.push(name);
    now.most = Math.max(now.most, ++now.at);
    await new Promise((resolve) => setImmediate(resolve));
    now.at--;
    order.push(name.toUpperCase());
    if (fails.includes(name)) throw new Error(name);
  };
  const outcomes = await runWaves({ units, parallel, isReversed, act, clock: () => 0, signal: new AbortController().signal });
  const states = outcomes.map(({ name, state, because }) => `${name}:${state}${because === null ? "" : `(${because})`}`);
  return { order: order.join(""), states: states.join(" "), most: now.most };
}

test.each<[string, Case, object]>([
  ["without anything said all go at once", { units: [unit("a"), unit("b")] }, { order: "abAB" }],
  ["no more at once than asked for", { units: [unit("a"), unit("b")], parallel: 1 }, { order: "aAbB", most: 1 }],
  ["what comes after another waits for it", { units: [unit("a", ["b"]), unit("b")] }, { order: "bBaA", states: "a:done b:done" }],
  ["a name that is not among them does not count", { units: [unit("a", ["x"])] }, { order: "aA" }],
  ["waves go by number, none last", { units: [unit("a"), unit("b", [], 5), unit("c", [], 1)] }, { order: "cCbBaA" }],
  ["reversed, dependants go first", { units: [unit("a", ["b"]), unit("b")], isReversed: true }, { order: "aAbB" }],
  [
    "dependants of a failure are skipped, all others go on",
    { units: [unit("a"), unit("b", ["a"]), unit("c", ["b"]), unit("d")], fails: ["a"] },
    { states: "a:failed b:skipped(a) c:skipped(a) d:done" },
  ],
  ["a failure does not stop later waves", { units: [unit("a", [], 1), unit("b", [], 2)], fails: ["a"] }, { states: "a:failed b:done" }],
  [
    "reversed, a failure skips nothing",
    { units: [unit("a", ["b"]), unit("b")], fails: ["a"], isReversed: true },
    { states: "a:failed b:done" },
  ],
])("%s", async (_, given, wanted) => {
  expect(await run(given)).toMatchObject(wanted);
});

test("units that wait for each other are refused before anything is done", async () => {
  await expect(run({ units: [unit("a", ["b"]), unit("b", ["a"]), unit("c")] })).rejects.toMatchObject({ code: "units-cycle" });
});

test("after an abort nothing more begins", async () => {
  const abort = new AbortController();
  const act = async (): Promise<void> => abort.abort();
  const outcomes = await runWaves({ units: [unit("a"), unit("b", ["a"])], parallel: 1, act, clock: () => 0, signal: abort.signal });
  expect(outcomes.map(({ state }) => state)).toEqual(["done", "skipped"]);
});
