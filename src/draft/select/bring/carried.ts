import type { Finding } from "../../../base/finding.ts";
import type { Entry, PathChange } from "../../../format/tree/entry.ts";
import type { CarriedPath } from "../../model.ts";
import type { Judgement } from "../judge/judgement.ts";
import { isNeverUsed } from "../judge/matters.ts";
import { lastWrite } from "../judge/path-log.ts";
import { isSetOnly } from "./set-only.ts";
import type { Work } from "../judge/work.ts";

/** The paths that a living Step brings as files, in the order of their names. */
export function carriedBy(work: Work, judgement: Judgement): CarriedPath[] {
  return work.changes
    .filter((change) => isCarried(change, work, judgement))
    .map((change) => ({
      path: change.path,
      entry: change.after,
      was: presentBefore(change.path, work.rank, judgement),
      ...(isSetOnly(change) ? { isThere: true as const } : {}),
    }))
    .toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

function isCarried(change: PathChange, work: Work, judgement: Judgement): boolean {
  const { log, secrets, bringings, living } = judgement;
  const { path, after } = change;
  if (secrets.paths.has(path) || isHidden(change, work, judgement) || !isKnown(change)) return false;
  const isLiving = (rank: number): boolean => living.reasons.has(rank);
  if (after === null) return presentBefore(path, work.rank, judgement) !== null;
  const next = (log.writes.get(path) ?? []).find(({ rank }) => rank > work.rank && isLiving(rank));
  const until = next?.rank ?? Infinity;
  if (living.isNeeded(path, { after: work.rank, until })) return true;
  if (next !== undefined && (next.after === null || bringings[next.rank]?.fate === "carry")) return false;
  return judgement.matters.has(path) || (!isNeverUsed(path) && isParentNeeded(path, work, judgement));
}

/** What the image has at a path before a Step that brings it: what was only brought to be brought anew was never there. */
function presentBefore(path: string, rank: number, { log, bringings, living }: Judgement): Entry | null {
  const counts = (other: number): boolean => living.reasons.has(other);
  let until = rank;
  let write = lastWrite(log, path, { before: until, counts });
  while (write?.after?.type === "file" && bringings[write.rank]?.fate === "carry") {
    if (living.isNeeded(path, { after: write.rank, until })) break;
    until = write.rank;
    write = lastWrite(log, path, { before: until, counts });
  }
  return write === null ? (log.base.get(path) ?? null) : write.after;
}

/** Files below a needed folder come along. */
function isParentNeeded(path: string, work: Work, { living }: Judgement): boolean {
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
    if (living.isNeeded(path.slice(0, at), { after: work.rank, until: Infinity })) return true;
  }
  return false;
}

/** Of a Step that holds a secret only folders and links are brought. */
function isHidden({ after }: PathChange, work: Work, { secrets }: Judgement): boolean {
  return secrets.leftOut.has(work.rank) && after?.type !== "directory" && after?.type !== "symlink";
}

function isKnown(change: PathChange): boolean {
  const { after, kept } = change;
  return after?.type !== "file" || kept || after.size === 0 || isSetOnly(change);
}

/** Files that should be brought but whose content was not kept. */
export function lostFindings(judgement: Judgement): Finding[] {
  const { works, bringings, living, matters, secrets } = judgement;
  const carrying = works.filter(({ rank }) => living.reasons.has(rank) && bringings[rank]?.fate === "carry" && !secrets.leftOut.has(rank));
  return carrying.flatMap(({ changes, timed }) =>
    changes
      .filter((change) => !isKnown(change) && matters.has(change.path))
      .map(({ path }) => ({
        code: "content-not-kept",
        message: `The content of ${path} after Step ${timed.step.id} was not kept, so the Draft cannot bring it.`,
        hint: "It is larger than what is kept of one container, or it could not be read. `cooper replay --repair` takes it from the container.",
        where: { path },
      })),
  );
}
