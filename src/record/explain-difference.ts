import type { Difference } from "../changes/verdict.ts";
import type { Draft, Repair } from "../draft/model.ts";
import type { History, Step } from "../history/model.ts";

/** A Difference with the Steps that changed its path and what a person can do about it. */
export interface ExplainedDifference extends Difference {
  readonly steps: readonly string[];
  readonly advice: string;
}

interface Known {
  readonly history: History;
  readonly draft: Draft;
  /** What the Draft carries for an earlier Verdict's sake; empty when nothing was repaired yet. */
  readonly repairs: readonly Repair[];
}

/** Path to the ids of the Steps that changed it, in their order. */
function stepsByPath(history: History): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const add = (path: string, step: Step): void => {
    const steps = found.get(path) ?? [];
    if (steps.at(-1) !== step.id) found.set(path, [...steps, step.id]);
  };
  for (const session of history.sessions) {
    for (const step of session.steps) {
      for (const change of step.effect.changes) add(change.path, step);
    }
  }
  return found;
}

/** What a repair could not reach: the next round would do the same again. */
function adviseRepaired({ path, fields }: Difference, { repairs }: Known): string {
  const without = `if it does not matter: --may-differ '${path}'`;
  if (repairs.some((repair) => repair.path === path))
    return `carried as a file it still differs in ${fields.join(", ") || "type"}; ${without}`;
  return `its content cannot be kept (too large, or gone by now); ${without}`;
}

function advise(difference: Difference, steps: readonly string[], known: Known): string {
  const { draft, history, repairs } = known;
  const { name } = history.container;
  if (repairs.length > 0) return adviseRepaired(difference, known);
  const repair = `cooper replay ${name} --repair`;
  if (difference.kind === "extra") return `the build makes it, the container does not have it: ${repair} deletes it`;
  const last = draft.dropped.filter((one) => steps.includes(one.step)).at(-1);
  if (last !== undefined) return `${last.step} was dropped (${last.why}): cooper history edit ${name} --keep ${last.step}`;
  if (steps.length === 0) return `no recorded Step changed it: ${repair} carries it as a file`;
  return `${repair} carries it; if it can never be equal (random, a time): --may-differ '${difference.path}'`;
}

/** Says for each Difference which Steps are behind it and the next thing to do. */
export function explainDifferences(differences: readonly Difference[], known: Known): readonly ExplainedDifference[] {
  const byPath = stepsByPath(known.history);
  return differences.map((difference) => {
    const steps = byPath.get(difference.path) ?? [];
    return { ...difference, steps, advice: advise(difference, steps, known) };
  });
}
