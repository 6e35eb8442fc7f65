import type { PathChange } from "../../../format/tree/entry.ts";
import { parentOf } from "../words/expand-word.ts";
import { withChanges } from "../judge/work.ts";
import type { Work } from "../judge/work.ts";

/**
 * Gives the Step that made a folder the paths below it that were there already when it ended: what a moved folder holds keeps its old
 * times and is seen a look later, as if somebody else had made it.
 */
export function giveMovedChildren(works: readonly Work[]): Work[] {
  const makers = folderMakers(works);
  const given = new Map<number, PathChange[]>();
  const taken = new Map<number, ReadonlySet<PathChange>>();
  for (const work of works) {
    if (work.timed.step.kind !== "outside") continue;
    const moved = new Set<PathChange>();
    for (const change of work.changes) {
      const maker = change.before === null ? makerOf(change.path, makers) : null;
      if (maker === null || change.changedAt > maker.timed.step.endedAt || maker.timed.step.id === work.timed.step.id) continue;
      moved.add(change);
      given.set(maker.rank, [...(given.get(maker.rank) ?? []), change]);
    }
    if (moved.size > 0) taken.set(work.rank, moved);
  }
  return works.map((work) => {
    const own = given.get(work.rank);
    const lost = taken.get(work.rank);
    if (own === undefined && lost === undefined) return work;
    return withChanges(work, [...work.changes.filter((change) => lost?.has(change) !== true), ...(own ?? [])]);
  });
}

/** The commands that moved something, by the folders that they made. */
function folderMakers(works: readonly Work[]): ReadonlyMap<string, Work> {
  const makers = new Map<string, Work>();
  for (const work of works) {
    const isMoving =
      work.timed.step.kind !== "outside" && work.changes.some(({ after, before }) => after === null && before?.type === "directory");
    if (!isMoving) continue;
    for (const { path, before, after } of work.changes) if (before === null && after?.type === "directory") makers.set(path, work);
  }
  return makers;
}

function makerOf(path: string, makers: ReadonlyMap<string, Work>): Work | null {
  for (let folder = parentOf(path); folder !== "/"; folder = parentOf(folder)) {
    const maker = makers.get(folder);
    if (maker !== undefined) return maker;
  }
  return null;
}
