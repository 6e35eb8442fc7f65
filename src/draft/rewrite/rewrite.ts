import type { DraftInput, DroppedStep, SelectedStep, Selection } from "../model.ts";
import type { Action, RunAction } from "./action.ts";
import { isUpkeep, needsIndex } from "./package-use.ts";
import { MASK } from "./mount-secrets.ts";
import { holdsSecret, rewriteStep } from "./rewrite-step.ts";

/** The kept Steps as actions, in their order, and the Steps of which nothing is left. */
export interface Rewritten {
  readonly actions: readonly Action[];
  readonly dropped: readonly DroppedStep[];
  /** What stands in for secrets after the last action. */
  readonly placeholders: readonly string[];
}

/** Turns the kept Steps into actions that do the same in a build. */
export function rewriteSteps(input: DraftInput, selection: Selection): Rewritten {
  const actions: Action[] = [];
  const dropped: DroppedStep[] = [];
  let waiting: RunAction[] = [];
  let placeholders: string[] = [];
  for (const selected of selection.steps) {
    const action = rewriteStep(selected, input, selection.secretPaths);
    if (action === null) {
      dropped.push({ step: selected.timed.step.id, why: dropReason(selected) });
      if (holdsSecret(selected)) placeholders.push(placeholder(selected));
    } else if (action.kind === "run" && isUpkeep(action.command)) waiting.push(action);
    else {
      const noted = { ...action, comments: [...placeholders, ...action.comments] };
      placeholders = [];
      actions.push(installs(noted) ? withRefresh(noted, waiting) : noted);
      if (installs(noted)) waiting = [];
    }
  }
  for (const action of waiting) for (const step of action.steps) dropped.push({ step, why: "nothing is installed after it" });
  return { actions, dropped, placeholders };
}

/** The Step; where nothing of its text is known to be the secret, its program alone. */
function placeholder({ timed: { step } }: SelectedStep): string {
  const [first = "", ...rest] = step.typed.split("\n");
  if (!step.typed.includes(MASK)) return `secret left out (${step.id}): ${/^[\w./-]*/.exec(first)?.[0] ?? ""} …`;
  return `secret left out (${step.id}): ${first}${rest.length > 0 ? " …" : ""}`;
}

/** True for an action that installs packages. */
export function installs(action: Action): action is RunAction {
  return action.kind === "run" && action.packages.some(needsIndex);
}

function withRefresh(action: RunAction, waiting: readonly RunAction[]): RunAction {
  return {
    ...action,
    steps: [...waiting.flatMap(({ steps }) => steps), ...action.steps],
    isRefreshed: waiting.some(({ packages }) => packages.some(({ verb }) => verb === "refresh")),
  };
}

function dropReason({ fate, why }: SelectedStep): string {
  if (fate === "drop") return why;
  return fate === "carry" ? "nothing is left to bring" : "nothing of it can run in a build";
}
