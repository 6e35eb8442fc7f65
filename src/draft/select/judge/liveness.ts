import type { Entry } from "../../../format/tree/entry.ts";
import { isSameEntry } from "../../timeline/same-entry.ts";
import { isTidied } from "../../tables/volatile-paths.ts";
import { isMet } from "./needs.ts";
import type { Need } from "./needs.ts";
import { firstFrom, isPackageFact, lastWrite } from "./path-log.ts";
import type { PathLog, Write } from "./path-log.ts";
import type { Work } from "./work.ts";

/** What decides which Steps live. */
export interface LifeQuestion {
  readonly works: readonly Work[];
  readonly log: PathLog;
  readonly matters: ReadonlySet<string>;
  /** Steps that must not run, whatever needs them. */
  readonly forbidden: ReadonlySet<number>;
  /** Steps that live, whatever they do, and why. */
  readonly kept: ReadonlyMap<number, string>;
  readonly needsOf: (work: Work) => readonly Need[];
}

/** The Steps that live, and what they need. */
export interface Living {
  /** Rank of every living Step to the reason why it lives. */
  readonly reasons: ReadonlyMap<number, string>;
  /** True when a living Step of a rank in (after, until] needs the path. */
  readonly isNeeded: (path: string, between: { readonly after: number; readonly until: number }) => boolean;
}

interface Growth extends LifeQuestion {
  readonly living: Map<number, string>;
  readonly queue: number[];
  /** Path to the living Steps' writes, by rank. */
  readonly writes: Map<string, Write[]>;
  /** Path to the change that was taken because it left the path as a later one did. */
  readonly early: Map<string, Early[]>;
  /** Paths of which only the last change will do. */
  readonly late: ReadonlySet<string>;
  /** Path to the living Steps that need it, by rank. */
  readonly needers: Map<string, { readonly need: Need; readonly rank: number }[]>;
}

/**
 * The smallest set of Steps that, run in their order, leaves every path that matters as it was recorded, where each Step
 * finds what it needs as it found it then. It grows from what differs from the base; what was undone is never reached.
 */
export function findLiving(question: LifeQuestion): Living {
  let growth = grow(question, new Set());
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const late = vainlyEarly(growth);
    if (late.length === 0) break;
    growth = grow(question, new Set([...growth.late, ...late]));
  }
  return {
    reasons: growth.living,
    isNeeded: (path, { after, until }) => {
      const needers = growth.needers.get(path) ?? [];
      const next = needers[firstFrom(needers, after + 1)];
      return next !== undefined && next.rank <= until;
    },
  };
}

/** Rounds in which paths are found whose earlier change served nothing. */
const MOST_ROUNDS = 3;

function grow(question: LifeQuestion, late: ReadonlySet<string>): Growth {
  const growth: Growth = { ...question, living: new Map(), queue: [], writes: new Map(), early: new Map(), late, needers: new Map() };
  for (const [rank, why] of question.kept) enliven(growth, rank, why);
  for (const path of question.log.paths) settle(growth, path);
  for (let rank = growth.queue.shift(); rank !== undefined; rank = growth.queue.shift()) visit(growth, rank);
  return growth;
}

/** The rank of a change that was taken in the place of a later one. */
interface Early {
  readonly rank: number;
  readonly inPlaceOf: number;
}

/** Paths that a living Step changed between the early change and the one in whose place it was taken. */
function vainlyEarly({ early, writes }: Growth): string[] {
  const isVain = (path: string, { rank, inPlaceOf }: Early): boolean =>
    (writes.get(path) ?? []).some((write) => write.rank > rank && write.rank <= inPlaceOf);
  return [...early].flatMap(([path, all]) => (all.some((one) => isVain(path, one)) ? [path] : []));
}

function enliven(growth: Growth, rank: number, why: string): void {
  if (growth.living.has(rank) || growth.forbidden.has(rank)) return;
  growth.living.set(rank, why);
  growth.queue.push(rank);
  const work = growth.works[rank];
  for (const path of work === undefined ? [] : pathsOf(growth, work)) {
    const write = (growth.log.writes.get(path) ?? [])[firstFrom(growth.log.writes.get(path) ?? [], rank)];
    const known = growth.writes.get(path);
    if (write === undefined) continue;
    if (known === undefined) growth.writes.set(path, [write]);
    else known.splice(firstFrom(known, rank), 0, write);
  }
}

/** What a path is before a rank when only the living Steps run. */
function rebuiltBefore(growth: Growth, path: string, rank: number): Entry | null {
  const living = growth.writes.get(path) ?? [];
  const write = living[firstFrom(living, rank) - 1];
  return write === undefined ? (growth.log.base.get(path) ?? null) : write.after;
}

/** The last writer of a path must live when the living ones leave it otherwise than it was at the end. */
function settle(growth: Growth, path: string): void {
  const { log, living } = growth;
  const last = lastWrite(log, path, { before: Infinity, counts: (rank) => !growth.forbidden.has(rank) });
  if (last === null || living.has(last.rank)) return;
  const rebuilt = rebuiltBefore(growth, path, Infinity);
  if (isSameEntry(rebuilt, last.after)) return;
  const isLeftover = last.after === null && rebuilt !== null && !isTidied(path);
  if (!growth.matters.has(path) && !isLeftover) return;
  enliven(growth, firstAlike(growth, path, last).rank, reasonFor(path, last.after === null));
}

function reasonFor(path: string, isGone: boolean): string {
  const name = isPackageFact(path) ? `the package ${path.slice(path.indexOf("/") + 1)}` : path;
  return isGone ? `removes ${name}` : `leaves ${name} as it is at the end`;
}

function visit(growth: Growth, rank: number): void {
  const work = growth.works[rank];
  if (work === undefined) return;
  for (const need of growth.needsOf(work)) {
    if (!growth.log.writes.has(need.path)) continue;
    const needers = growth.needers.get(need.path);
    if (needers === undefined) growth.needers.set(need.path, [{ need, rank }]);
    else needers.splice(firstFrom(needers, rank), 0, { need, rank });
    serve(growth, need, rank);
  }
  for (const path of pathsOf(growth, work)) {
    settle(growth, path);
    const next = nextLiving(growth, path, rank);
    const needers = growth.needers.get(path) ?? [];
    const between = needers.slice(firstFrom(needers, rank + 1), firstFrom(needers, next + 1));
    for (const needer of between) serve(growth, needer.need, needer.rank);
  }
}

/** The rank of the next living Step that writes a path: what comes after finds that one's state. */
function nextLiving({ writes }: Growth, path: string, rank: number): number {
  const living = writes.get(path) ?? [];
  return living[firstFrom(living, rank + 1)]?.rank ?? Infinity;
}

/** The last writer before a living Step must live when that Step would not find what it needs. */
function serve(growth: Growth, need: Need, rank: number): void {
  const { log, living, works } = growth;
  const timed = works[rank]?.timed;
  const writer = lastWrite(log, need.path, { before: rank });
  if (writer === null || timed === undefined || living.has(writer.rank)) return;
  const recorded = writer.after;
  const rebuilt = rebuiltBefore(growth, need.path, rank);
  if (!isMet(need, { recorded, rebuilt }, timed))
    enliven(growth, firstAlike(growth, need.path, writer).rank, `${timed.step.id} needs ${nameOf(need.path)} as this leaves it`);
}

/** How many changes of a path are looked through for one that left it alike. */
const LOOK_BACK = 64;

/**
 * The earliest of the last changes that left a path as this one did: what came between was undone. When a living Step
 * came between all the same, the path is settled again, and then no longer is as it should be before this one.
 */
function firstAlike({ log, living, forbidden, early, late }: Growth, path: string, last: Write): Write {
  if (late.has(path)) return last;
  const writes = log.writes.get(path) ?? [];
  const end = firstFrom(writes, last.rank);
  let first = last;
  for (let at = end - 1; at >= Math.max(0, end - LOOK_BACK); at -= 1) {
    const write = writes[at];
    if (write === undefined || living.has(write.rank)) break;
    if (!forbidden.has(write.rank) && write.after !== null && isSameEntry(write.after, last.after)) first = write;
  }
  if (first !== last) early.set(path, [...(early.get(path) ?? []), { rank: first.rank, inPlaceOf: last.rank }]);
  return first;
}

function nameOf(path: string): string {
  return isPackageFact(path) ? `the package ${path.slice(path.indexOf("/") + 1)}` : path;
}

function pathsOf({ log }: Growth, work: Work): string[] {
  return [...work.changes.map(({ path }) => path), ...(log.facts.get(work.rank) ?? [])].filter((path) => log.writes.has(path));
}
