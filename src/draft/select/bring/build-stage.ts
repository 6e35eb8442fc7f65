import type { Entry } from "../../../format/tree/entry.ts";
import { isSameEntry } from "../../timeline/same-entry.ts";
import type { BuildStage } from "../../model.ts";
import { parentOf } from "../words/expand-word.ts";
import type { Judgement } from "../judge/judgement.ts";
import { isPackageFact, stateBefore } from "../judge/path-log.ts";
import type { Work } from "../judge/work.ts";

/** More results than this read worse as copies than as the commands that make them. */
const MOST_OUTPUTS = 12;

/** What is known of the living Steps. */
interface Lives {
  readonly judgement: Judgement;
  readonly living: readonly Work[];
  /** Rank to the ranks of the living Steps whose results it uses. */
  readonly uses: ReadonlyMap<number, ReadonlySet<number>>;
}

/**
 * The Steps that installed tools, used them and removed them without a rest, and what the others need of it: they can run in a stage of
 * their own. Null where the Effects do not prove that nothing else would change.
 */
export function findBuildStage(judgement: Judgement): BuildStage | null {
  const { works, living: life } = judgement;
  if (judgement.input.options.stages === "never" || judgement.services.length > 0) return null;
  const living = works.filter(({ rank }) => life.reasons.has(rank));
  const installs = living.filter((work) => work.hasPackages && isUndone(work, judgement));
  if (installs.length < 2) return null;
  const lives: Lives = { judgement, living, uses: new Map(living.map((work) => [work.rank, usedBy(work, judgement)])) };
  const stage = stageRanks(installs, lives);
  const outputs = outputsOf(stage, lives);
  if (outputs === null || outputs.length === 0 || !isClosed(stage, lives) || stage.size <= installs.length) return null;
  return { steps: [...stage].toSorted((one, other) => one - other).map((rank) => works[rank]?.timed.step.id ?? ""), outputs };
}

/** All packages that it touched are at the end as in the base image. */
function isUndone({ timed }: Work, { log }: Judgement): boolean {
  return timed.step.effect.packages.every(({ manager, name }) => {
    const path = `package:${manager}/${name}`;
    return isSameEntry(log.base.get(path) ?? null, stateBefore(log, path, { before: Infinity }));
  });
}

function usedBy(work: Work, { log, living, needsOf }: Judgement): ReadonlySet<number> {
  const used = new Set<number>();
  for (const { path } of needsOf(work)) {
    const writer = (log.writes.get(path) ?? []).findLast(({ rank }) => rank < work.rank && living.reasons.has(rank));
    if (writer !== undefined && !isSameEntry(writer.after, log.base.get(path) ?? null)) used.add(writer.rank);
  }
  return used;
}

/** The installations, all that uses their tools, and what leaves nothing itself and serves only these. */
function stageRanks(installs: readonly Work[], lives: Lives): ReadonlySet<number> {
  const { living, uses, judgement } = lives;
  const isUser = ({ rank }: Work, of: ReadonlySet<number>): boolean => [...(uses.get(rank) ?? [])].some((used) => of.has(used));
  const tools = new Set(installs.map(({ rank }) => rank));
  const stage = new Set([...tools, ...living.filter((work) => isUser(work, tools)).map(({ rank }) => rank)]);
  const passing = new Set(living.filter((work) => !stage.has(work.rank) && !leavesSomething(work, judgement)).map(({ rank }) => rank));
  for (const work of living.toReversed()) {
    const isServing = living.every(
      (user) => stage.has(user.rank) || passing.has(user.rank) || uses.get(user.rank)?.has(work.rank) !== true,
    );
    if (!isServing) passing.delete(work.rank);
  }
  for (let size = 0; size !== stage.size;) {
    size = stage.size;
    for (const work of living) {
      const isUsed = living.some(({ rank }) => stage.has(rank) && uses.get(rank)?.has(work.rank) === true);
      if (passing.has(work.rank) && (isUsed || isUser(work, stage))) stage.add(work.rank);
    }
  }
  return stage;
}

/** It is the last to write a path that differs from the base at the end. */
function leavesSomething(work: Work, judgement: Judgement): boolean {
  return work.changes.some(({ path }) => judgement.matters.has(path) && isOutput(path, new Set([work.rank]), judgement));
}

function isOutput(path: string, ranks: ReadonlySet<number>, { log, living }: Judgement): boolean {
  const last = (log.writes.get(path) ?? []).findLast(({ rank }) => living.reasons.has(rank));
  return last !== undefined && ranks.has(last.rank) && !isSameEntry(log.base.get(path) ?? null, last.after);
}

/** What the stage leaves, each folder once; null where a copy would not be the same. */
function outputsOf(stage: ReadonlySet<number>, { judgement }: Lives): readonly string[] | null {
  const { log, matters } = judgement;
  const paths = log.paths.filter((path) => matters.has(path) && !isPackageFact(path) && isOutput(path, stage, judgement));
  const all = new Set(paths);
  const isMixed = paths.some((path) =>
    (log.writes.get(path) ?? []).some(({ rank }) => judgement.living.reasons.has(rank) && !stage.has(rank)),
  );
  const entries = paths.map((path) => [path, stateBefore(log, path, { before: Infinity })] as const);
  if (isMixed || entries.some(([path, entry]) => !isCopiedExactly(path, entry, all))) return null;
  const tops = paths.filter((path) => !all.has(parentOf(path)));
  return tops.length > MOST_OUTPUTS ? null : tops;
}

/** COPY keeps type, permissions and links inside folders; it does not keep owners, set-user-ID, attributes, names. */
function isCopiedExactly(path: string, entry: Entry | null, all: ReadonlySet<string>): boolean {
  if (entry === null || entry.uid !== 0 || entry.gid !== 0 || entry.hardLink !== undefined || entry.xattrs !== undefined) return false;
  if (/\.so(?:\.[\d.]+)?$/u.test(path)) return false;
  if (entry.type === "symlink") return all.has(parentOf(path));
  return (entry.type === "file" && entry.mode <= 0o777) || (entry.type === "directory" && entry.mode === 0o755);
}

/** The stage uses nothing of the other Steps that come after its first, and these use nothing of it but what it leaves. */
function isClosed(stage: ReadonlySet<number>, { living, uses, judgement }: Lives): boolean {
  const first = Math.min(...stage);
  return living.every((work) => {
    if (stage.has(work.rank)) return [...(uses.get(work.rank) ?? [])].every((used) => used < first || stage.has(used));
    return judgement.needsOf(work).every(({ path }) => {
      const writer = (judgement.log.writes.get(path) ?? []).findLast(({ rank }) => rank < work.rank && judgement.living.reasons.has(rank));
      return (
        writer === undefined ||
        !stage.has(writer.rank) ||
        isOutput(path, stage, judgement) ||
        isSameEntry(writer.after, judgement.log.base.get(path) ?? null)
      );
    });
  });
}
