import type { PackageChange } from "../../../format/package-database/change.ts";
import type { Entry } from "../../../format/tree/entry.ts";
import type { DraftInput, Timeline } from "../../model.ts";
import { isPackageDatabase } from "../../tables/volatile-paths.ts";
import { holdsWants, wantChanges } from "../words/package-wants.ts";
import type { Work } from "./work.ts";

/** One Step's change of one path; `rank` is the Step's place in the order in which Effects were seen. */
export interface Write {
  readonly rank: number;
  readonly after: Entry | null;
}

/** All changes, by path. Packages stand among the paths as "package:apt/nginx", so that they are judged like files. */
export interface PathLog {
  readonly writes: ReadonlyMap<string, readonly Write[]>;
  readonly base: ReadonlyMap<string, Entry | null>;
  /** All paths, sorted by code unit. */
  readonly paths: readonly string[];
  readonly packages: readonly string[];
  /** By rank: the paths that stand for packages, of those that the Step changed. */
  readonly facts: ReadonlyMap<number, readonly string[]>;
}

/** True for a path that stands for a package. */
export function isPackageFact(path: string): boolean {
  return path.startsWith("package:");
}

/** Writes down who changed what. */
export function logPaths(works: readonly Work[], timeline: Timeline, readText: DraftInput["readText"]): PathLog {
  const wants = wantChanges(works, readText);
  const facts = new Map<number, string[]>();
  const writes = new Map<string, Write[]>();
  const base = new Map<string, Entry | null>(timeline.base);
  const add = (path: string, write: Write): void => {
    const known = writes.get(path);
    if (known === undefined) writes.set(path, [write]);
    else known.push(write);
  };
  for (const work of works) {
    const { rank } = work;
    const wanted = wants.get(rank) ?? [];
    for (const { path, after } of work.changes) if (!isToldByFacts(path, work, wants.has(rank))) add(path, { rank, after });
    for (const change of work.timed.step.effect.packages) {
      const path = factOf(change);
      if (!base.has(path)) base.set(path, factEntry(change, "before"));
      add(path, { rank, after: factEntry(change, "after") });
    }
    for (const { path, after } of wanted) add(path, { rank, after });
    const own = [...work.timed.step.effect.packages.map(factOf), ...wanted.map(({ path }) => path)];
    if (own.length > 0) facts.set(rank, own);
  }
  const paths = [...writes.keys()].toSorted();
  return { writes, base, paths, packages: paths.filter(isPackageFact), facts };
}

/** The managers' own records are compared by package, not by content. */
function isToldByFacts(path: string, { hasPackages }: Work, areWantsKnown: boolean): boolean {
  return isPackageDatabase(path) && (hasPackages || (areWantsKnown && holdsWants(path)));
}

/** The path that stands for a package. */
function factOf(change: PackageChange): string {
  return `package:${change.manager}/${change.name}`;
}

function factEntry(change: PackageChange, side: "before" | "after"): Entry | null {
  const version = change[side];
  if (version === null) return null;
  const isFlip = side === "before" && change.before === change.after;
  const mark = change.automatic !== isFlip ? "auto" : "manual";
  return { type: "file", mode: 0, uid: 0, gid: 0, hash: `${version} ${mark}` };
}

/** The last change of a path before a rank that `counts`, or null. */
export function lastWrite(
  log: PathLog,
  path: string,
  at: { readonly before: number; readonly counts?: (rank: number) => boolean },
): Write | null {
  const writes = log.writes.get(path) ?? [];
  let index = firstFrom(writes, at.before) - 1;
  while (index >= 0 && at.counts !== undefined && !at.counts(writes[index]?.rank ?? -1)) index -= 1;
  return writes[index] ?? null;
}

/** The index of the first of at least this rank. */
export function firstFrom(writes: readonly { readonly rank: number }[], rank: number): number {
  let low = 0;
  let high = writes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((writes[middle]?.rank ?? 0) < rank) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A path's state before a rank, when only the Steps that `counts` accepts had run. */
export function stateBefore(
  log: PathLog,
  path: string,
  at: { readonly before: number; readonly counts?: (rank: number) => boolean },
): Entry | null {
  const write = lastWrite(log, path, at);
  return write === null ? (log.base.get(path) ?? null) : write.after;
}

/** The changed paths below a folder. */
export function pathsBelow(log: PathLog, folder: string): readonly string[] {
  const prefix = folder === "/" ? "/" : `${folder}/`;
  const start = lowerBound(log.paths, prefix);
  let end = start;
  while (log.paths[end]?.startsWith(prefix) === true) end += 1;
  return log.paths.slice(start, end);
}

function lowerBound(sorted: readonly string[], text: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? "") < text) low = middle + 1;
    else high = middle;
  }
  return low;
}
