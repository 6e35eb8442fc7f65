import type { Selection, Timeline } from "../model.ts";
import type { CarryAction } from "../rewrite/action.ts";

/**
 * Names of one file that would be several files in the image: a layer that writes to one of the names takes it apart from those in the
 * layers below, and a COPY always does. They are joined again at the end.
 */
export function linkActions({ final }: Timeline, { steps, secretPaths }: Selection): CarryAction[] {
  const brought = steps
    .filter(({ fate }) => fate !== "drop")
    .map(({ timed: { step }, fate, carried }) => writesOf(step.effect, fate, carried));
  const lastOf = (path: string): number => brought.findLastIndex((writes) => writes.paths.has(path));
  const paths = [...final].flatMap(([path, entry]) => {
    const first = entry?.hardLink;
    if (entry === null || first === undefined || final.get(first)?.type !== "file") return [];
    if (secretPaths.includes(path) || secretPaths.includes(first) || lastOf(first) < 0) return [];
    const joined = brought.findLastIndex(({ links, whole }) => links.get(path) === first || (whole.has(path) && whole.has(first)));
    return joined >= 0 && Math.max(lastOf(first), lastOf(path)) > joined ? [{ path, entry }] : [];
  });
  if (paths.length === 0) return [];
  const sorted = paths.toSorted((one, other) => (one.path < other.path ? -1 : 1));
  return [{ kind: "carry", steps: [], why: "names of one file, which layers took apart", comments: [], isRepair: false, paths: sorted }];
}

interface Writes {
  /** The files that it writes. */
  readonly paths: ReadonlySet<string>;
  /** The names that it gives to files that have others, by these. */
  readonly links: ReadonlyMap<string, string>;
  /** The files of packages, which come with all their names. */
  readonly whole: ReadonlySet<string>;
}

type Step = Selection["steps"][number];

function writesOf({ changes, packages }: Step["timed"]["step"]["effect"], fate: Step["fate"], carried: Step["carried"]): Writes {
  const files = changes.filter(({ after }) => after?.type === "file");
  const bringing = new Set(fate === "carry" ? carried.map(({ path }) => path) : files.map(({ path }) => path));
  const paths = files.filter(({ path }) => bringing.has(path));
  const linked = paths.filter(({ before, after }) => after?.hardLink !== undefined && before?.hardLink !== after.hardLink);
  return {
    paths: new Set(paths.map(({ path }) => path)),
    links: new Map(linked.map(({ path, after }) => [path, after?.hardLink ?? ""])),
    whole: new Set(packages.length === 0 ? [] : paths.map(({ path }) => path)),
  };
}
