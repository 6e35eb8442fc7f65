import type { Tree } from "../../../format/tree/entry.ts";
import { parentOf } from "../words/expand-word.ts";
import type { PathLog } from "./path-log.ts";
import type { Work } from "./work.ts";

/** Steps that change this much are still being looked at when the next command runs. */
const SLOW_CHANGES = 100;

/** How many Steps later a removal may still have come before the look. */
const NEAR = 3;

/**
 * Ranks of `rm` Steps that succeeded on a path that was never seen: an installation just before had made it, and it was gone when its
 * changes were looked for. Each with the text that removes it, if it is there.
 */
export function unseenRemovals(works: readonly Work[], log: PathLog, base: Tree | null): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const work of works) {
    const { step } = work.timed;
    if (base === null || step.exit !== 0 || work.changes.length > 0 || !/^\s*rm\s/u.test(step.ran)) continue;
    const isNear = works.slice(Math.max(0, work.rank - NEAR), work.rank).some(({ changes }) => changes.length >= SLOW_CHANGES);
    const [command, ...more] = work.words.commands;
    if (!isNear || command === undefined || more.length > 0 || command.words.some(({ text }) => /^--force$|^-[a-zA-Z]*f/u.test(text)))
      continue;
    const unseen = [...work.words.mentions].filter(
      (path) => path !== "/rm" && !base.has(path) && !log.writes.has(path) && isFolderKnown(parentOf(path), log, base),
    );
    if (unseen.length > 0) found.set(work.rank, step.ran.replace(/rm/u, "rm -f"));
  }
  return found;
}

function isFolderKnown(folder: string, log: PathLog, base: Tree): boolean {
  return log.writes.get(folder)?.at(-1)?.after?.type === "directory" || base.get(folder)?.type === "directory";
}
