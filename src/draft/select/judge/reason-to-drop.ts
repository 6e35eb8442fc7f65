import type { PathChange } from "../../../format/tree/entry.ts";
import { lastWrite } from "./path-log.ts";
import { isPackageFact } from "./path-log.ts";
import { isVolatile } from "./matters.ts";
import type { Judgement } from "./judgement.ts";
import { FOLLOW_UP } from "../words/secrets.ts";
import type { Work } from "./work.ts";

/** Why nothing of a Step is needed. */
export function reasonToDrop(work: Work, judgement: Judgement): string {
  const { step } = work.timed;
  const { choices } = judgement.input.history;
  const secret = judgement.secrets.leftOut.get(work.rank);
  if (choices.drop.includes(step.id)) return "you chose to drop it";
  if (step.opened.length > 0) return "it opened a shell; what was done inside is judged by itself";
  if (secret !== undefined && work.changes.some(({ path }) => !isVolatile(path)))
    return secret === FOLLOW_UP ? secret : `left out: ${secret}`;
  if (work.changes.length === 0 && !work.hasPackages) return reasonOfIdle(work);
  const lasting = work.changes.filter(({ path }) => !isVolatile(path));
  if (lasting.length === 0 && !work.hasPackages) return `it changed only ${volatileWord(work.changes)}`;
  return reasonOfUndone(work, lasting, judgement);
}

function reasonOfIdle({ timed: { step } }: Work): string {
  if (step.effect.processes.length > 0) return "it only started a process; the image's own command does that";
  if (Object.keys(step.change).length > 0) return "it only changed its shell; what later Steps use of that is set where they need it";
  if (step.exit !== null && step.exit !== 0) return `it failed (exit ${step.exit}) and changed nothing`;
  return "it changed nothing";
}

function volatileWord(changes: readonly PathChange[]): string {
  const first = changes[0]?.path ?? "";
  return changes.length === 1
    ? `${first}, which does not last`
    : `caches, logs and temporary files (${first} and ${changes.length - 1} more)`;
}

function reasonOfUndone(work: Work, lasting: readonly PathChange[], judgement: Judgement): string {
  const path = lasting.find((change) => judgement.log.writes.has(change.path))?.path ?? judgement.log.facts.get(work.rank)?.[0] ?? "";
  const last = lastWrite(judgement.log, path, { before: Infinity });
  const name = isPackageFact(path) ? `the package ${path.slice(path.indexOf("/") + 1)}` : path;
  if (last === null) return "what it changed does not last";
  if (last.rank === work.rank) return `it brought ${name} back to what it was`;
  return `what it did to ${name} was undone or written over by ${judgement.works[last.rank]?.timed.step.id ?? "a later Step"}`;
}
