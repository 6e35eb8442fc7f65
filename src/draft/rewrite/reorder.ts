import type { Timeline } from "../model.ts";
import { setsOfAction, stepsByName } from "./action-sets.ts";
import type { ActionSets } from "./action-sets.ts";
import type { Action } from "./action.ts";
import { PathSet } from "./path-set.ts";
import { installs } from "./rewrite.ts";

/** An action with what has to be known to move it. */
export interface Movable<Item> {
  readonly item: Item;
  /** Lower comes first where it may. */
  readonly rank: number;
  /** Null: nothing goes past it. */
  readonly sets: Pick<ActionSets, "writes" | "reads" | "looks"> | null;
}

/** A longer Draft keeps its order: each action would be compared with each other one. */
const MOST_ACTIONS = 3000;

/**
 * The same actions with what changes seldom first: installations, then what else a build takes time for, then the handling of files, so
 * that a build's cache holds as long as it can. One goes past another only where what they read and wrote proves that the order does not matter.
 */
export function reorderActions(actions: readonly Action[], timeline: Timeline): readonly Action[] {
  if (actions.length > MOST_ACTIONS || timeline.steps.every(({ step }) => step.effect.reads === null)) return actions;
  const steps = stepsByName(timeline);
  return reorder(actions.map((item) => movableOf(item, setsOfAction(item, steps))));
}

function movableOf(item: Action, sets: ActionSets | null): Movable<Action> {
  const isTied = item.kind === "run" && (item.together !== null || item.secrets.length > 0);
  const rank = installs(item) ? 0 : sets?.isPlain === true ? 2 : 1;
  return { item, rank, sets: isTied ? null : sets };
}

interface Placing<Item> {
  readonly movable: Movable<Item>;
  readonly writes: PathSet;
  readonly all: PathSet;
  isPlaced: boolean;
}

/** Rank by rank, each with those before it that it may not go past in front of it. */
export function reorder<Item>(movables: readonly Movable<Item>[]): readonly Item[] {
  const placings = movables.map((movable): Placing<Item> => {
    const { writes = [], reads = [] } = movable.sets ?? {};
    return { movable, writes: new PathSet(writes), all: new PathSet([...writes, ...reads]), isPlaced: false };
  });
  const ordered: Item[] = [];
  const place = (at: number): void => {
    const own = placings[at];
    if (own === undefined || own.isPlaced) return;
    own.isPlaced = true;
    for (const [index, before] of placings.slice(0, at).entries()) if (!before.isPlaced && !areApart(before, own)) place(index);
    ordered.push(own.movable.item);
  };
  for (const rank of new Set(movables.map((one) => one.rank).toSorted((one, other) => one - other)))
    for (const [at, { movable }] of placings.entries()) if (movable.rank === rank) place(at);
  return ordered;
}

/** Neither writes what the other one wrote, read or may have looked for. */
function areApart<Item>(one: Placing<Item>, other: Placing<Item>): boolean {
  const [mine, others] = [one.movable.sets, other.movable.sets];
  if (mine === null || others === null) return false;
  return (
    !one.writes.touches(other.all) &&
    !other.writes.touches(one.all) &&
    !one.writes.isAmong(others.looks) &&
    !other.writes.isAmong(mine.looks)
  );
}
