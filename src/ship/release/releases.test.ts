import fc from "fast-check";
import { expect, test } from "vitest";
import type { LedgerRecord, TestedRecord } from "./ledger-record.ts";
import { followRecords, gateOf, releaseBefore } from "./releases.ts";

const idOf = (letter: string): string => `sha256:${letter.repeat(64)}`;
const at = "2026-01-01T00:00:00.000Z";

/** Records from a short text: pa = the image a is promoted, r1 = back by one release, + accepted, - withdrawn. */
function recordsOf(text: string): readonly LedgerRecord[] {
  return text.split(" ").reduce<readonly LedgerRecord[]>((records, word) => [...records, ...recordOf(word, records)], []);
}

function recordOf(word: string, records: readonly LedgerRecord[]): readonly LedgerRecord[] {
  const releases = followRecords(records);
  const current = releases.current?.number ?? null;
  if (word === "+") return [{ act: "accepted", at, release: current ?? 0 }];
  if (word === "-") return [{ act: "withdrawn", at, release: current ?? 0, why: "no answer" }];
  if (word.startsWith("p")) {
    const release = (releases.all.at(-1)?.number ?? 0) + 1;
    return [{ act: "promoted", at, image: idOf(word.slice(1)), release, before: current, isTested: true, replaces: true }];
  }
  const target = releaseBefore(releases, Number(word.slice(1)));
  return target === null
    ? []
    : [{ act: "rolled-back", at, image: target.image, release: target.number, from: current ?? 0, replaces: true }];
}

test.each([
  ["pa", "a", null, true],
  ["pa +", "a", null, false],
  ["pa + pb +", "b", "a", false],
  ["pa + pb -", "a", null, false],
  ["pa -", null, null, false],
  ["pa + pb + pc + r1 +", "b", "a", false],
  ["pa + pb + pc + r1 + r1 +", "a", null, false],
  ["pa + pb + pc + r2 + pd +", "d", "a", false],
  ["pa + pb + r1 -", "b", "a", false],
  ["pa + pb - pc +", "c", "a", false],
  ["pa + r5", "a", null, false],
])("%s: %s is live, before it %s", (text, live, before, isOpen) => {
  const releases = followRecords(recordsOf(text));
  const letter = (image: string | undefined): string | null => image?.at(-1) ?? null;
  expect([letter(releases.current?.image), letter(releaseBefore(releases, 1)?.image), releases.isOpen]).toEqual([live, before, isOpen]);
});

test("going back ends, and never at a release that was withdrawn", () => {
  const word = fc.constantFrom("pa", "pb", "pc", "r1", "r2", "+", "-");
  fc.assert(
    fc.property(fc.array(word, { maxLength: 30 }), (words) => {
      const releases = followRecords(recordsOf(["pa", "+", ...words].join(" ")));
      for (let steps = 0; steps < 40; steps += 1) expect(releaseBefore(releases, steps)?.withdrawn ?? null).toBeNull();
      expect(releaseBefore(releases, 40)).toBeNull();
    }),
    { numRuns: 100 },
  );
});

type Short = readonly [TestedRecord["kind"], TestedRecord["verdict"], string?];

test.each<[readonly Short[], string]>([
  [[], "it was not tested"],
  [[["stand-alone", "passed"]], ""],
  [[["stand-alone", "passed", "b"]], "it was not tested"],
  [[["stand-alone", "no-tests"]], "it has no tests"],
  [[["in-prod", "passed"]], "it was not tested"],
  [
    [
      ["stand-alone", "failed"],
      ["stand-alone", "passed"],
    ],
    "",
  ],
  [
    [
      ["stand-alone", "passed"],
      ["stand-alone", "failed"],
    ],
    "its stand-alone test failed",
  ],
  [
    [
      ["stand-alone", "passed"],
      ["prod-ready", "failed"],
    ],
    "its prod-ready test failed",
  ],
  [
    [
      ["prod-ready", "passed"],
      ["stand-alone", "no-tests"],
    ],
    "",
  ],
  [
    [
      ["stand-alone", "passed"],
      ["in-prod", "failed"],
    ],
    "",
  ],
])("the gate after %j: %s", (tested, why) => {
  const records = tested.map(([kind, verdict, letter = "a"]): LedgerRecord => ({
    act: "tested",
    at,
    image: idOf(letter),
    kind,
    verdict,
    tests: [],
  }));
  expect(gateOf(records, idOf("a"))).toMatchObject({ isOpen: why === "", why });
});
