import type { PathChange } from "../../../format/tree/entry.ts";
import type { Step } from "../../../history/model.ts";
import { SETTERS } from "../../tables/commands.ts";
import { withChanges } from "./work.ts";
import type { Work } from "./work.ts";

/** Steps that change this much are still being looked at when the next command runs. */
const SLOW_CHANGES = 100;

/** How many Steps, and milliseconds, after the end of a slow Step a change may have been counted as its own. */
const NEAR_STEPS = 4;
const NEAR_MS = 30_000;

/** Milliseconds by which a command's start may be heard of late. */
const LATE_MS = 5000;

const MAKERS: ReadonlySet<string> = new Set("touch mkdir cp mv ln install sed perl chmod chown chgrp tee truncate dd".split(" "));

/** How many Steps before and after one are looked through for those that ran beside it. */
const MOST_BESIDE = 32;

/** Gives Steps the changes of theirs that were seen as another Step's. */
export function giveBackChanges(works: readonly Work[]): Work[] {
  return giveBackLate(giveBackBeside(works));
}

/** Of commands that ran side by side the one has the change of a path that only the other names: the other gets it. */
function giveBackBeside(works: readonly Work[]): readonly Work[] {
  const given = new Map<number, readonly PathChange[]>();
  for (const { rank, timed, changes, words } of works) {
    if (!timed.step.effect.uncertain) continue;
    const isForeign = ({ path }: PathChange): boolean => !words.mentions.has(path);
    const foreign = (given.get(rank) ?? changes).filter(isForeign);
    if (foreign.length === 0) continue;
    const beside = works.slice(Math.max(0, rank - MOST_BESIDE), rank + 1 + MOST_BESIDE).filter((other) => isBeside(other, timed.step));
    for (const change of foreign) {
      const namers = beside.filter((other) => other.rank !== rank && other.words.mentions.has(change.path));
      const [namer] = namers;
      if (namer === undefined || namers.length > 1) continue;
      const own = given.get(namer.rank) ?? namer.changes;
      given.set(
        rank,
        (given.get(rank) ?? changes).filter((one) => one !== change),
      );
      given.set(namer.rank, withChange(own, change, namer.rank > rank));
    }
  }
  return works.map((work) => {
    const changes = given.get(work.rank);
    return changes === undefined ? work : withChanges(work, changes);
  });
}

function isBeside({ timed: { step } }: Work, other: Step): boolean {
  return step.kind !== "outside" && step.exit === 0 && step.startedAt < other.endedAt && step.endedAt > other.startedAt;
}

/** With one more change, which came before those that are there, or after them. */
function withChange(changes: readonly PathChange[], change: PathChange, isEarlier: boolean): readonly PathChange[] {
  const same = changes.find(({ path }) => path === change.path);
  if (same === undefined) return [...changes, change];
  const joined = isEarlier ? { ...same, kind: change.kind, before: change.before } : { ...change, kind: same.kind, before: same.before };
  return changes.map((one) => (one === same ? joined : one));
}

/**
 * Gives a Step that succeeded and was seen to change nothing the changes of the paths it names, where an installation just before it has
 * them, whose many files were still being looked at when this Step ran; or where they count as made by somebody else around its time,
 * because its start was heard of late.
 */
function giveBackLate(works: readonly Work[]): Work[] {
  const taken = new Map<number, Set<PathChange>>();
  const given = new Map<number, PathChange[]>();
  for (const slow of works) {
    const isOutside = slow.timed.step.kind === "outside";
    if (slow.changes.length < SLOW_CHANGES && !isOutside) continue;
    const byPath = new Map(slow.changes.map((change) => [change.path, change]));
    const first = isOutside ? Math.max(0, slow.rank - NEAR_STEPS) : slow.rank + 1;
    for (const work of works.slice(first, slow.rank + 1 + NEAR_STEPS)) {
      if (!isMaker(work) || Math.abs(work.timed.step.startedAt - slow.timed.step.endedAt) > NEAR_MS) continue;
      const own = [...work.words.mentions]
        .flatMap((path) => byPath.get(path) ?? [])
        .filter((change) => !slow.words.mentions.has(change.path) && (!isOutside || isMadeBy(change, work)));
      if (own.length === 0) continue;
      given.set(work.rank, [...(given.get(work.rank) ?? []), ...own]);
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

/** Its text makes just that, and it was made while the Step ran or just before its start was heard of. */
function isMadeBy({ path, after, changedAt }: PathChange, { words, timed: { step } }: Work): boolean {
  const isThen = changedAt >= step.startedAt - LATE_MS && changedAt <= step.endedAt + LATE_MS;
  const isFolder = after?.type === "directory" && words.names.has("mkdir");
  const isEmpty = after?.type === "file" && after.size === 0 && words.names.has("touch");
  return isThen && (words.overwrites.has(path) || isFolder || isEmpty || />>/u.test(step.ran));
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
