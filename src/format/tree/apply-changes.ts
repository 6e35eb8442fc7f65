import type { Entry, PathChange, Tree } from "./entry.ts";

/** The tree after the changes, in their order. */
export function applyChanges(tree: Tree, changes: Iterable<PathChange>): Map<string, Entry> {
  const after = new Map(tree);
  for (const change of changes) {
    if (change.after === null) after.delete(change.path);
    else after.set(change.path, change.after);
  }
  return after;
}
