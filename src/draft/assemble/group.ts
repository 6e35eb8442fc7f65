import type { RunAction } from "../rewrite/action.ts";

/** A file of this many bytes that one RUN makes and a later one removes is worth keeping out of the layers. */
const WORTH_BYTES = 65_536;

/** For each action, the index of the last action that must stand in the same RUN: it removes what this one made. */
export function lastOfSame(actions: readonly RunAction[]): number[] {
  const makers = new Map<string, { index: number; size: number }>();
  const last = actions.map((_, index) => index);
  for (const [index, action] of actions.entries()) {
    const bytes = new Map<number, number>();
    for (const path of action.removed) {
      const maker = makers.get(path);
      if (maker === undefined) continue;
      makers.delete(path);
      bytes.set(maker.index, (bytes.get(maker.index) ?? 0) + maker.size);
    }
    for (const [maker, size] of bytes) if (size >= WORTH_BYTES) last[maker] = index;
    for (const { path, size } of action.made) makers.set(path, { index, size });
  }
  return last;
}

/** Splits consecutive actions into those of one RUN each: one user, and package managers apart from the rest. */
export function groupActions(actions: readonly RunAction[]): RunAction[][] {
  const last = lastOfSame(actions);
  const groups: RunAction[][] = [];
  let tied = -1;
  for (const [index, action] of actions.entries()) {
    const group = groups.at(-1);
    const before = group?.at(-1);
    const isTied = index <= tied;
    if (group !== undefined && before !== undefined && before.user === action.user)
      if (isTied || isAlike(before, action)) {
        group.push(action);
        tied = Math.max(tied, last[index] ?? index);
        continue;
      }
    groups.push([action]);
    tied = Math.max(tied, last[index] ?? index);
  }
  return groups;
}

function isAlike(one: RunAction, other: RunAction): boolean {
  return one.isRepair === other.isRepair && kindOf(one) === kindOf(other);
}

/** The manager that an action installs with; cached apart from what people change more often. */
function kindOf(action: RunAction): string {
  return action.packages.find(({ verb }) => verb === "install")?.manager.name ?? "";
}
