import type { CarriedPath } from "../model.ts";
import type { CarryAction } from "../rewrite/action.ts";

/** Carries that follow each other as one: what a copy or an archive brought may have been looked at several times in its middle. */
export function joinCarries<T extends { readonly kind: string }>(actions: readonly (T | CarryAction)[]): (T | CarryAction)[] {
  const joined: (T | CarryAction)[] = [];
  for (const action of actions) {
    const last = joined.at(-1);
    const both = last !== undefined && isCarry(last) && isCarry(action) ? joinTwo(last, action) : null;
    if (both === null) joined.push(action);
    else joined.splice(-1, 1, both);
  }
  return joined;
}

function isCarry(action: { readonly kind: string }): action is CarryAction {
  return action.kind === "carry";
}

/** Null where something comes to where something else, or a folder above it, had just gone: that takes two goes. */
function joinTwo(one: CarryAction, other: CarryAction): CarryAction | null {
  if (one.isRepair !== other.isRepair || other.comments.length > 0) return null;
  const paths = new Map(one.paths.map((carried) => [carried.path, carried]));
  const gone = one.paths.filter(({ entry }) => entry === null).map(({ path }) => path);
  for (const next of other.paths) {
    const before = paths.get(next.path);
    const isBelowGone = gone.some((path) => next.path.startsWith(`${path}/`));
    if (isBelowGone || (before !== undefined && !isSameKind(before, next))) return null;
    paths.set(next.path, before === undefined ? next : after(before, next));
  }
  const isNothing = ({ entry, was }: CarriedPath): boolean => entry === null && was === null;
  return {
    ...one,
    steps: [...new Set([...one.steps, ...other.steps])],
    why: one.why === other.why ? one.why : `${one.why}; ${other.why}`,
    paths: [...paths.values()].filter((carried) => !isNothing(carried)),
  };
}

function isSameKind({ entry: before }: CarriedPath, { entry: next }: CarriedPath): boolean {
  return before !== null && (next === null || (before.type === next.type && before.hardLink === next.hardLink));
}

/** The later state, on what was there before both. */
function after(before: CarriedPath, next: CarriedPath): CarriedPath {
  const was = before.was === undefined ? {} : { was: before.was };
  if (next.isThere !== true || before.entry === null || next.entry === null) return { path: next.path, entry: next.entry, ...was };
  const { mode, uid, gid } = next.entry;
  const entry = { ...before.entry, mode, uid, gid };
  return { path: next.path, entry, ...was, ...(before.isThere === true ? { isThere: true as const } : {}) };
}
