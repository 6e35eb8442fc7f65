import { expect, test } from "vitest";
import type { Session, Step } from "./model.ts";
import { reconcileSessions } from "./reconcile.ts";
import { testChange, testEffect, testSession, testStep } from "./test-values.ts";

/** id, start, end, then "path@time"; an id that ends in "o" is a change from outside. */
type Row = readonly [string, number, number, ...string[]];

function stepOf([id, startedAt, endedAt, ...paths]: Row): Step {
  const changes = paths.map((text) => testChange(text.split("@")[0] ?? "", Number(text.split("@")[1])));
  return testStep({ id, kind: id.endsWith("o") ? "outside" : "command", startedAt, endedAt, effect: testEffect(...changes) });
}

function told(sessions: readonly Session[]): string[] {
  return sessions.flatMap((session) =>
    session.steps.map(({ id, effect }) => [id, ...effect.changes.map((change) => change.path)].join(" ") + (effect.uncertain ? " ?" : "")),
  );
}

const CASES: readonly (readonly [string, readonly Row[], readonly Row[], readonly string[]])[] = [
  ["apart in time: all stays", [["s1.1", 100, 200, "/a@150"]], [["s2.1", 900, 950, "/a@920"]], ["s1.1 /a", "s2.1 /a"]],
  ["the Step that holds the time has it", [["s1.1", 100, 200, "/a@150"]], [["s2.1", 180, 300, "/a@150"]], ["s1.1 /a", "s2.1"]],
  ["both hold it: uncertain", [["s1.1", 100, 200, "/a@150"]], [["s2.1", 120, 300, "/a@150"]], ["s1.1 /a ?", "s2.1 /a ?"]],
  ["neither holds it: uncertain", [["s1.1", 100, 200, "/a@50"]], [["s2.1", 120, 300, "/a@50"]], ["s1.1 /a ?", "s2.1 /a ?"]],
  [
    "from outside, but another Session's Step did it",
    [
      ["s1.1", 100, 110],
      ["s1.2o", 110, 400, "/a@150"],
    ],
    [["s2.1", 140, 160, "/a@150"]],
    ["s1.1", "s2.1 /a"],
  ],
  ["from outside in truth: told once", [["s1.1o", 100, 200, "/a@150"]], [["s2.1o", 100, 250, "/a@150"]], ["s1.1o /a"]],
  ["another event of the same path", [["s1.1", 100, 200, "/a@150"]], [["s2.1", 180, 300, "/a@290"]], ["s1.1 /a", "s2.1 /a"]],
  [
    "a deletion from outside that a Step did",
    [
      ["s1.1o", 100, 200, "/a@0"],
      ["s1.2", 200, 201],
    ],
    [["s2.1", 150, 160, "/a@0"]],
    ["s1.2", "s2.1 /a"],
  ],
  ["a deletion in two commands at once", [["s1.1", 100, 200, "/a@0"]], [["s2.1", 150, 160, "/a@0"]], ["s1.1 /a ?", "s2.1 /a ?"]],
  ["the kernel's clock lags behind", [["s1.1", 100, 200, "/a@95"]], [["s2.1", 180, 300, "/a@95"]], ["s1.1 /a", "s2.1"]],
];

test.each(CASES)("%s", (...row) => {
  const [, first, second, expected] = row;
  const sessions = [testSession("s1", first.map(stepOf)), testSession("s2", second.map(stepOf))];
  expect(told(reconcileSessions(sessions))).toEqual(expected);
});

test("one Session stays as it is", () => {
  const sessions = [testSession("s1", [stepOf(["s1.1o", 1, 2, "/a@1"])])];
  expect(reconcileSessions(sessions)).toEqual(sessions);
});

test("a process and a package that two Sessions saw belong to the Step that ended first", () => {
  const left = { pid: 7, parent: 1, argv: ["nginx"], uid: 0, cwd: "/", listening: [] };
  const bought = { manager: "apt", name: "nginx", before: null, after: "1", automatic: false } as const;
  const effect = { ...testEffect(testChange("/a", 150)), processes: [left], packages: [bought] };
  const maker = testStep({ id: "s1.1", startedAt: 100, endedAt: 200, effect });
  const other = testStep({ id: "s2.1", startedAt: 180, endedAt: 300, effect });
  const [first, second] = reconcileSessions([testSession("s1", [maker]), testSession("s2", [other])]);
  expect(first?.steps[0]?.effect).toEqual(effect);
  expect(second?.steps[0]?.effect).toEqual({ ...effect, changes: [], processes: [], packages: [] });
});
