import type { PathChange } from "../../format/tree/entry.ts";

/** The time that a command had: from before its start to after its end. */
export interface Window {
  readonly startedAt: number;
  readonly endedAt: number;
}

export interface Attribution {
  /** For each window, in order. */
  readonly own: readonly { readonly changes: readonly PathChange[]; readonly uncertain: boolean }[];
  /** Made before the first window: by nobody of ours. */
  readonly outside: readonly PathChange[];
  /** Made by a command that has not ended. */
  readonly later: readonly PathChange[];
}

/** A file system's clock goes by ticks, up to 10 ms behind the time of day. */
const TICK_MS = 10;

interface Around {
  /** Commands that ended before the look, in the order of their ends. */
  readonly windows: readonly Window[];
  /** Start of the next command, where it began before the look was done. */
  readonly nextStart: number | null;
  /** The starts of shells in commands that still run: what is made then is theirs, and told when they end. */
  readonly openings: readonly Window[];
  /** Times tell nothing. */
  readonly isWeak: boolean;
}

/** Gives each change that one look found to the command in whose time it was made. */
export function attribute(changes: readonly PathChange[], around: Around): Attribution {
  const own = around.windows.map(() => ({ changes: new Array<PathChange>(), uncertain: false }));
  const outside: PathChange[] = [];
  const later: PathChange[] = [];
  for (const change of changes) {
    const place = placeOf(change.changedAt, around);
    const target = own[place.index];
    if (place.index === own.length) later.push(change);
    else if (target === undefined) outside.push(change);
    else {
      target.changes.push(change);
      target.uncertain ||= place.uncertain;
    }
  }
  return { own, outside, later };
}

// -1 is before all, the number of windows after all. Two commands may share a moment: the later one gets it, and is uncertain.
function placeOf(at: number, around: Around): { readonly index: number; readonly uncertain: boolean } {
  const { windows, nextStart, isWeak } = around;
  const latest = latestFirst(windows);
  const isOfNext = isWeak && windows.length === 0 && nextStart !== null;
  if (isWeak || at === 0) return { index: isOfNext ? 0 : (latest[0] ?? -1), uncertain: windows.length > 1 || nextStart !== null };
  if (nextStart !== null && at >= nextStart) return { index: windows.length, uncertain: false };
  for (const index of latest) {
    const start = windows[index]?.startedAt ?? 0;
    const before = windows[index - 1]?.endedAt ?? 0;
    if (at >= start - TICK_MS) return { index, uncertain: isNear(at, nextStart) || (at < start && before > start - TICK_MS) };
  }
  const isOpening = around.openings.some(({ startedAt, endedAt }) => at >= startedAt - TICK_MS && at <= endedAt);
  return { index: isOpening ? windows.length : -1, uncertain: false };
}

// A command that leaves a shell ends before the one that opened it, and began later.
function latestFirst(windows: readonly Window[]): readonly number[] {
  const startOf = (index: number): number => windows[index]?.startedAt ?? 0;
  return windows.map((_window, index) => index).sort((left, right) => startOf(right) - startOf(left) || right - left);
}

function isNear(at: number, time: number | null): boolean {
  return time !== null && at >= time - TICK_MS;
}

/** Two looks' changes of the same paths as one: what was before the first and after the second. */
export function joinChanges(first: readonly PathChange[], second: readonly PathChange[]): PathChange[] {
  const joined = new Map(first.map((change) => [change.path, change]));
  for (const change of second) {
    const earlier = joined.get(change.path);
    joined.set(change.path, earlier === undefined ? change : joinTwo(earlier, change));
  }
  const lasting = [...joined.values()].filter(({ before, after }) => before !== null || after !== null);
  return lasting.sort((left, right) => (left.path < right.path ? -1 : 1));
}

function joinTwo(first: PathChange, second: PathChange): PathChange {
  const { before } = first;
  if (before === null) return { ...second, before, kind: second.after === null ? "deleted" : "created" };
  if (second.after === null) return { ...second, before, kind: "deleted" };
  return { ...second, before, kind: first.kind === second.kind ? first.kind : "changed" };
}
