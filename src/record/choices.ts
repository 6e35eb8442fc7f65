import { CooperError } from "../base/errors.ts";
import type { Choices, History } from "../history/model.ts";

/** What a person adds to the decisions about a History. */
export interface ChoiceChanges {
  readonly keep: readonly string[];
  readonly drop: readonly string[];
  readonly rename: readonly (readonly [string, string])[];
  readonly annotate: readonly (readonly [string, string])[];
  readonly secret: readonly string[];
  readonly cmd: readonly string[] | null;
}

/** No decision made. */
export const NO_CHOICES: Choices = { keep: [], drop: [], rename: {}, annotate: {}, secret: [], cmd: null };

function union(before: readonly string[], added: readonly string[], removed: readonly string[]): readonly string[] {
  return [...new Set([...before.filter((id) => !removed.includes(id)), ...added])];
}

/** The decisions with the changes on top: what is kept is no longer dropped, and the other way round. */
export function changeChoices(before: Choices, changes: ChoiceChanges): Choices {
  return {
    keep: union(before.keep, changes.keep, changes.drop),
    drop: union(before.drop, changes.drop, changes.keep),
    rename: { ...before.rename, ...Object.fromEntries(changes.rename) },
    annotate: { ...before.annotate, ...Object.fromEntries(changes.annotate) },
    secret: union(before.secret, changes.secret, []),
    cmd: changes.cmd ?? before.cmd,
  };
}

/** Throws `step-unknown` for a decision about a Step that the History does not have. */
export function checkChoices(choices: Choices, history: History): void {
  const ids = new Set(history.sessions.flatMap((session) => session.steps.map((step) => step.id)));
  const named = [...choices.keep, ...choices.drop, ...Object.keys(choices.rename), ...Object.keys(choices.annotate)];
  const wrong = [...named, ...choices.secret.filter((one) => !one.startsWith("/"))].find((id) => !ids.has(id));
  if (wrong === undefined) return;
  throw new CooperError("step-unknown", `there is no Step "${wrong}" in the history of ${history.container.name}`, {
    hint: `cooper history ${history.container.name} lists the Steps with their ids (s1.1, s1.2, …).`,
  });
}
