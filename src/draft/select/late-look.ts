import type { PathChange } from "../../format/tree/entry.ts";
import { SETTERS } from "../tables/commands.ts";
import { withChanges } from "./work.ts";
import type { Work } from "./work.ts";

/** Steps that change this much are still being looked at when the next command runs. */
const SLOW_CHANGES = 100;

/** How many Steps, and milliseconds, after the end of a slow Step a change may have been counted as its own. */
const NEAR_STEPS = 4;
const NEAR_MS = 30_000;

const MAKERS: ReadonlySet<string> = new Set("touch mkdir cp mv ln install sed perl chmod chown chgrp tee truncate dd".split(" "));

/**
 * Gives a Step that succeeded and was seen to change nothing the changes of the paths it names, where an installation just before it has
 * them: its many files were still being looked at when this Step ran.
 */
export function giveBackChanges(works: readonly Work[]): Work[] {
  const taken = new Map<number, Set<PathChange>>();
  const given = new Map<number, PathChange[]>();
  for (const slow of works) {
    if (slow.changes.length < SLOW_CHANGES) continue;
    const byPath = new Map(slow.changes.map((change) => [change.path, change]));
    for (const work of works.slice(slow.rank + 1, slow.rank + 1 + NEAR_STEPS)) {
      if (!isMaker(work) || work.timed.step.startedAt - slow.timed.step.endedAt > NEAR_MS) continue;
      const own = [...work.words.mentions].flatMap((path) => byPath.get(path) ?? []).filter(({ path }) => !slow.words.mentions.has(path));
      if (own.length === 0) continue;
      given.set(work.rank, own);
      taken.set(slow.rank, new Set([...(taken.get(slow.rank) ?? []), ...own]));
    }
  }
  return works.map((work) => {
    const own = given.get(work.rank);
    const lost = taken.get(work.rank);
    if (own === undefined && lost === undefined) return work;
    return withChanges(work, [...work.changes.filter((change) => lost?.has(change) !== true), ...(own ?? [])]);
  });
}

/** Ranks of Steps that set something just after an installation, and were not seen to change anything. */
export function lateSetters(works: readonly Work[]): readonly number[] {
  return works
    .filter(({ changes }) => changes.length >= SLOW_CHANGES)
    .flatMap((slow) =>
      works
        .slice(slow.rank + 1, slow.rank + 1 + NEAR_STEPS)
        .filter((work) => isUnseen(work) && work.timed.step.startedAt - slow.timed.step.endedAt <= NEAR_MS)
        .filter(({ words }) => [...words.names].some((name) => SETTERS.has(name)))
        .map(({ rank }) => rank),
    );
}

function isUnseen({ timed: { step }, changes }: Work): boolean {
  return step.kind !== "outside" && step.exit === 0 && changes.length === 0;
}

function isMaker(work: Work): boolean {
  return isUnseen(work) && (/>/u.test(work.timed.step.ran) || [...work.words.names].some((name) => MAKERS.has(name)));
}
