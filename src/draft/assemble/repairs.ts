import type { Repair } from "../model.ts";
import type { CarryAction } from "../rewrite/action.ts";

/** What commands did not reproduce, as carried paths after everything else. */
export function repairActions(repairs: readonly Repair[]): CarryAction[] {
  if (repairs.length === 0) return [];
  const sorted = repairs.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return [
    {
      kind: "carry",
      steps: [],
      why: `commands did not reproduce ${sorted.map(({ path, why }) => `${path} (${why})`).join(", ")}`,
      comments: sorted.map(({ path, why }) => `repair: ${path}: ${why}`),
      isRepair: true,
      paths: sorted.map(({ path, entry }) => ({ path, entry })),
    },
  ];
}
