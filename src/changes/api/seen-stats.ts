import type { Engine } from "../../engine/open-engine.ts";
import type { Entry } from "../../format/tree/entry.ts";
import { type ContainerStat, statInContainer } from "./container-stat.ts";
import type { TakenMembers } from "./take-member.ts";

/** What `stat` told in one look. */
export interface StatLook {
  /** Paths whose content or link target must be read, or of which `stat` told nothing. */
  readonly unread: ReadonlySet<string>;
  /** Paths that look as they did in the last look, and were old enough then to be sure. */
  readonly unchanged: ReadonlySet<string>;
  /** Paths that look as they did in the last look, which was too soon after their change to be sure. */
  readonly rechecked: ReadonlySet<string>;
  /** What `stat` told of a path: no content and no link target. */
  entryOf(path: string): Entry | undefined;
  /** All entries: those that were read now, and those that need not be. */
  join(taken: TakenMembers): TakenMembers;
}

/** Contents and link targets have to be read, of which only those are that changed since the last look. */
const READ: ReadonlySet<string> = new Set(["file", "symlink"]);

interface Seen {
  readonly signature: string;
  readonly entry: Entry;
  // What was changed a moment ago may be changed again without another time.
  readonly isSettled: boolean;
}

/** Remembers from look to look what the container's `stat` said of its changed paths. */
export class SeenStats {
  #seen: ReadonlyMap<string, Seen> = new Map();
  /** The container has no `stat`. */
  #isMissing = false;

  /** Null where the container cannot be asked so. */
  async look(engine: Engine, containerId: string, paths: ReadonlySet<string>): Promise<StatLook | null> {
    if (this.#isMissing) return null;
    const stats = await statInContainer(engine, containerId, [...paths]);
    this.#isMissing = stats === null;
    if (stats === null) return null;
    const known = new Map<string, Entry>();
    for (const [path, stat] of stats) {
      const entry = READ.has(stat.entry.type) ? this.#known(path, stat) : stat.entry;
      if (entry !== null) known.set(path, entry);
    }
    const unread = new Set([...paths].filter((path) => !known.has(path)));
    const same = [...stats].filter(([path, { signature }]) => this.#seen.get(path)?.signature === signature).map(([path]) => path);
    const unchanged = new Set(same.filter((path) => this.#seen.get(path)?.isSettled === true));
    const rechecked = new Set(same.filter((path) => !unchanged.has(path)));
    const entryOf = (path: string): Entry | undefined => stats.get(path)?.entry;
    return { unread, unchanged, rechecked, entryOf, join: (taken) => this.#join(stats, known, taken) };
  }

  #known(path: string, { signature }: ContainerStat): Entry | null {
    const seen = this.#seen.get(path);
    return seen?.isSettled === true && seen.signature === signature ? seen.entry : null;
  }

  // oxlint-disable-next-line max-params -- what was told, what was known, what was read
  #join(stats: ReadonlyMap<string, ContainerStat>, known: ReadonlyMap<string, Entry>, taken: TakenMembers): TakenMembers {
    const entries = new Map([...known, ...taken.entries]);
    for (const [path, first] of firstNames(stats)) {
      const { hardLink: _old, ...entry } = entries.get(path) ?? {};
      if ("type" in entry) entries.set(path, path === first ? entry : { ...entry, hardLink: first });
    }
    this.#seen = new Map([...stats].flatMap(([path, stat]) => seenOf(path, stat, entries.get(path))));
    const changedAt = new Map([...taken.changedAt, ...[...stats].map(([path, stat]) => [path, stat.changedAt] as const)]);
    return { ...taken, entries, changedAt };
  }
}

function seenOf(path: string, { signature, isSettled }: ContainerStat, entry: Entry | undefined): [string, Seen][] {
  return entry === undefined ? [] : [[path, { signature, entry, isSettled }]];
}

/** Path to the first name of its file, in byte order, for files with several names. */
function firstNames(stats: ReadonlyMap<string, ContainerStat>): ReadonlyMap<string, string> {
  const names = new Map<string, string[]>();
  for (const [path, { file, hasMoreNames }] of stats) if (hasMoreNames) names.set(file, [...(names.get(file) ?? []), path]);
  return new Map([...names.values()].flatMap((group) => group.map((path) => [path, group.toSorted()[0] ?? path] as const)));
}
