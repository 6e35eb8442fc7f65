import type { CarriedPath, Selection, Timeline } from "../model.ts";
import type { CarryAction } from "../rewrite/action.ts";
import { isOnceMade } from "../tables/unrepeatable.ts";

/** The files that commands make, but never the same ones, as they were in the end. */
export function onceMadeActions({ final }: Timeline, { steps, secretPaths }: Selection): CarryAction[] {
  const last = new Map<string, { readonly isMade: boolean; readonly step: string }>();
  for (const { fate, timed, carried } of steps) {
    const { id, effect } = timed.step;
    if (fate === "run") for (const { path, kept } of effect.changes) if (isOnceMade(path)) last.set(path, { isMade: kept, step: id });
    if (fate === "carry") for (const { path } of carried) last.set(path, { isMade: false, step: id });
  }
  const brought = [...last].flatMap(([path, { isMade, step }]): readonly (CarriedPath & { readonly step: string })[] => {
    const entry = final.get(path) ?? null;
    const isFile = entry?.type === "file" && entry.hash !== undefined && entry.hardLink === undefined;
    return isMade && isFile && !secretPaths.includes(path) ? [{ path, entry, step }] : [];
  });
  if (brought.length === 0) return [];
  const why = "a time, inode numbers or chance stand in it: a build would make another one";
  const paths = brought.map(({ path, entry }) => ({ path, entry })).toSorted((one, other) => (one.path < other.path ? -1 : 1));
  return [{ kind: "carry", steps: [...new Set(brought.map(({ step }) => step))], why, comments: [], isRepair: false, paths }];
}
