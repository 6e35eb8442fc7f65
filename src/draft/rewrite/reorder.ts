import type { Step } from "../../history/model.ts";
import type { Timeline } from "../model.ts";
import { isMadeAgain } from "../tables/volatile-paths.ts";
import type { Action } from "./action.ts";
import { installs } from "./rewrite.ts";

/** What an action reads and writes, as far as it was observed; null where what it read is not known. */
interface Sets {
  readonly reads: readonly string[] | null;
  readonly writes: readonly string[];
}

/**
 * The same actions with what changes seldom first: installations, then other commands, then a person's files, so that a build's cache
 * holds as long as it can. One goes past another only where what they read and wrote proves that the order does not matter.
 */
export function reorderActions(actions: readonly Action[], timeline: Timeline): readonly Action[] {
  const steps = new Map(timeline.steps.map(({ step }) => [step.id, step]));
  if (![...steps.values()].some(({ effect }) => effect.reads !== null)) return actions;
  const placed: { readonly action: Action; readonly sets: Sets }[] = [];
  for (const action of actions) {
    const own = { action, sets: setsOf(action, steps) };
    let at = placed.length;
    for (let before = placed[at - 1]; before !== undefined && mayPass(own, before); before = placed[at - 1]) at -= 1;
    placed.splice(at, 0, own);
  }
  return placed.map(({ action }) => action);
}

function mayPass(own: { action: Action; sets: Sets }, before: { action: Action; sets: Sets }): boolean {
  const isTied = [own, before].some(({ action }) => action.kind === "run" && (action.together !== null || action.secrets.length > 0));
  return rankOf(own.action) < rankOf(before.action) && !isTied && areApart(own.sets, before.sets);
}

/** How often what an action depends on changes from one build to the next. */
function rankOf(action: Action): number {
  if (action.kind === "carry") return 2;
  return installs(action) ? 0 : 1;
}

function setsOf(action: Action, steps: ReadonlyMap<string, Step>): Sets {
  const own = action.steps.flatMap((id) => steps.get(id) ?? []);
  if (action.kind === "carry") return { reads: [], writes: action.paths.map(({ path }) => path) };
  const isKnown = own.length > 0 && own.every(({ effect }) => effect.reads !== null && !effect.uncertain);
  const accounts = action.user === "root" ? [] : ["/etc/passwd", "/etc/group"];
  const reads = own.flatMap(({ effect, cwd }) => [...(effect.reads ?? []), cwd]);
  const writes = own.flatMap(({ effect }) => effect.changes.map(({ path }) => path)).filter((path) => !isMadeAgain(path));
  return { reads: isKnown ? [...reads, ...accounts] : null, writes };
}

/** Neither writes what the other one wrote or read. */
function areApart(one: Sets, other: Sets): boolean {
  if (one.reads === null || other.reads === null) return false;
  const [mine, others] = [pathSet(one.writes), pathSet(other.writes)];
  return ![...one.writes, ...one.reads].some((path) => touches(others, path)) && !other.reads.some((path) => touches(mine, path));
}

interface PathSet {
  readonly paths: ReadonlySet<string>;
  /** All folders above them. */
  readonly above: ReadonlySet<string>;
}

function pathSet(paths: readonly string[]): PathSet {
  return { paths: new Set(paths), above: new Set(paths.flatMap(foldersAbove)) };
}

/** The path is one of the set, or above or below one. */
function touches({ paths, above }: PathSet, path: string): boolean {
  return paths.has(path) || above.has(path) || foldersAbove(path).some((folder) => paths.has(folder));
}

function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) folders.push(path.slice(0, at));
  return folders;
}
