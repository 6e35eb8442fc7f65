import type { PathChange } from "../../../format/tree/entry.ts";
import type { Step } from "../../../history/model.ts";
import { WAITING } from "../../tables/commands.ts";
import { baseName } from "../words/expand-word.ts";
import { withChanges } from "../judge/work.ts";
import type { Work } from "../judge/work.ts";

/** 128 + SIGTSTP: ^Z put it to sleep. */
const SUSPENDED = 148;

/** Gives each background job the changes that were only seen during later Steps: `(sleep 1; echo x > f) &`, then `wait`; ^Z, then `fg`. */
export function giveJobsTheirChanges(works: readonly Work[]): readonly Work[] {
  if (!works.some(isJob)) return works;
  const extra = new Map<number, PathChange[]>();
  const taken = new Map<number, Set<PathChange>>();
  const jobs = new Map<string, Work[]>();
  for (const work of works) {
    const { step } = work.timed;
    const open = jobs.get(jobKey(work)) ?? [];
    for (const change of open.length === 0 ? [] : work.changes) {
      const job = open.findLast((other) => isMadeBy(change, other, work));
      if (job === undefined) continue;
      extra.set(job.rank, [...(extra.get(job.rank) ?? []), change]);
      taken.set(work.rank, (taken.get(work.rank) ?? new Set()).add(change));
    }
    const rest = open.length > 0 && work.words.names.has("wait") ? [] : open.filter((job) => !isEnded(job, step));
    jobs.set(jobKey(work), isJob(work) ? [...rest, work] : rest);
  }
  return works.map((work) => {
    const own = taken.get(work.rank);
    const made = extra.get(work.rank);
    if (own === undefined && made === undefined) return work;
    return withChanges(work, [...work.changes.filter((change) => own?.has(change) !== true), ...(made ?? [])]);
  });
}

function isJob({ timed: { step } }: Work): boolean {
  return step.background || step.exit === SUSPENDED;
}

function jobKey({ timed }: Work): string {
  return `${timed.step.id.split(".")[0] ?? ""} ${timed.step.shell}`;
}

function isMadeBy({ path }: PathChange, job: Work, seenDuring: Work): boolean {
  const { names, text, commands } = seenDuring.words;
  const isWaiting = [...names].every((name) => WAITING.has(name) || name.startsWith("%"));
  const isWriting = commands.some(({ redirections }) => redirections.some(({ operator }) => operator.includes(">")));
  if (text.includes(baseName(path))) return isWaiting && !isWriting;
  return job.words.text.includes(baseName(path)) || isWaiting;
}

const KILLING: ReadonlySet<string> = new Set(["kill", "pkill", "killall", "skill", "fuser"]);

/** Background jobs that did not come to an end by themselves: run again, a build would wait for them for ever. */
export function endlessJobs(works: readonly Work[]): ReadonlySet<number> {
  const endless = works.filter((job) => {
    const pids = job.timed.step.effect.processes.map(({ pid }) => pid);
    if (!job.timed.step.background || pids.length === 0) return false;
    const later = works.slice(job.rank + 1);
    const running = new Set(pids);
    const end = later.findIndex((work) => {
      for (const pid of work.timed.step.effect.ended) running.delete(pid);
      return running.size === 0;
    });
    return end < 0 || later.slice(0, end + 1).some(({ words }) => [...words.names].some((name) => KILLING.has(baseName(name))));
  });
  return new Set(endless.map(({ rank }) => rank));
}

function isEnded(job: Work, step: Step): boolean {
  const pids = job.timed.step.effect.processes.map(({ pid }) => pid);
  return pids.length > 0 && pids.every((pid) => step.effect.ended.includes(pid));
}

/** A background Step's text as one that ends with its job; null for any other Step. */
export function foregroundText(step: Step): string | null {
  if (!step.background || !/(?<![&<>|\\])&(?![&>])/u.test(step.ran)) return null;
  const trimmed = step.ran.trimEnd();
  if (/&\s*wait$/u.test(trimmed)) return null;
  return /[^&]&$/u.test(trimmed) && !/[^&<>]&[^&>]/u.test(trimmed.slice(0, -1)) ? trimmed.slice(0, -1).trimEnd() : `${trimmed}\nwait`;
}
