import fc from "fast-check";
import { expect, test } from "vitest";
import { applyChange, diffState } from "./fold.ts";
import type { ShellState, StateChange } from "./model.ts";

const scalar = (value: string, exported = false) => ({ kind: "scalar", value, exported }) as const;
const base: ShellState = {
  cwd: "/",
  umask: "0022",
  variables: { A: scalar("1"), L: { kind: "array", value: [["0", "x"]], exported: false } },
  functions: { f: "f () { :; }" },
  aliases: { ll: "ls -l" },
  options: ["pipefail"],
};

const CASES: readonly (readonly [string, Partial<ShellState>, StateChange])[] = [
  ["nothing", {}, {}],
  ["directory", { cwd: "/opt" }, { cwd: "/opt" }],
  ["umask", { umask: "0077" }, { umask: "0077" }],
  ["variable set", { variables: { ...base.variables, B: scalar("2") } }, { variables: { B: scalar("2") } }],
  ["variable exported", { variables: { ...base.variables, A: scalar("1", true) } }, { variables: { A: scalar("1", true) } }],
  ["variable unset", { variables: { A: scalar("1") } }, { variables: { L: null } }],
  [
    "array changed",
    { variables: { ...base.variables, L: { kind: "array", value: [], exported: false } } },
    { variables: { L: { kind: "array", value: [], exported: false } } },
  ],
  ["function changed", { functions: { f: "f () { true; }" } }, { functions: { f: "f () { true; }" } }],
  ["function removed", { functions: {} }, { functions: { f: null } }],
  ["alias added", { aliases: { ll: "ls -l", la: "ls -a" } }, { aliases: { la: "ls -a" } }],
  ["option on and off", { options: ["shopt:extglob"] }, { options: { "shopt:extglob": true, pipefail: false } }],
];

test.each(CASES)("%s", (_name, over, change) => {
  const after = { ...base, ...over };
  expect(diffState(base, after)).toEqual(change);
  expect(applyChange(base, change)).toEqual(after);
});

const text = fc.string({ maxLength: 5 });
const variable = fc.oneof(
  fc.record({ kind: fc.constant("scalar" as const), value: text, exported: fc.boolean() }),
  fc.record({ kind: fc.constant("map" as const), value: fc.array(fc.tuple(text, text), { maxLength: 3 }), exported: fc.boolean() }),
);
const names = <T>(value: fc.Arbitrary<T>) => fc.dictionary(fc.constantFrom("A", "B", "C", "toString", "constructor"), value);
const anyState: fc.Arbitrary<ShellState> = fc.record({
  cwd: text,
  umask: text,
  variables: names(variable),
  functions: names(text),
  aliases: names(text),
  options: fc.uniqueArray(fc.constantFrom("a", "b", "c")).map((options) => options.toSorted()),
});

test("applying a difference gives the state it leads to", () => {
  fc.assert(
    fc.property(anyState, anyState, (before, after) => {
      expect(applyChange(before, diffState(before, after))).toEqual(after);
    }),
  );
});
