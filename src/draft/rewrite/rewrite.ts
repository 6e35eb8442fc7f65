import type { DraftInput, DroppedStep, Selection } from "../model.ts";
import type { Action, RunAction } from "./action.ts";
import { isUpkeep } from "./package-use.ts";
import { rewriteStep } from "./rewrite-step.ts";

/** The kept Steps as actions, in their order, and the Steps of which nothing is left. */
export interface Rewritten {
  readonly actions: readonly Action[];
  readonly dropped: readonly DroppedStep[];
}

/** Turns the kept Steps into actions that do the same in a build. */
export function rewriteSteps(input: DraftInput, selection: Selection): Rewritten {
  const actions: Action[] = [];
  const dropped: DroppedStep[] = [];
  let waiting: RunAction[] = [];
  for (const selected of selection.steps) {
    const step = selected.timed.step.id;
    const action = rewriteStep(selected, input);
    if (action === null) dropped.push({ step, why: dropReason(selected.fate, selected.why) });
    else if (action.kind === "run" && isUpkeep(action.command)) waiting.push(action);
    else if (action.kind === "run" && installs(action)) {
      actions.push(withRefresh(action, waiting));
      waiting = [];
    } else actions.push(action);
  }
  for (const action of waiting) for (const step of action.steps) dropped.push({ step, why: "Nothing is installed after it." });
  return { actions, dropped };
}

/** True for an action that installs packages. */
export function installs(action: Action): action is RunAction {
  return action.kind === "run" && action.packages.some(({ verb }) => verb === "install");
}

function withRefresh(action: RunAction, waiting: readonly RunAction[]): RunAction {
  return {
    ...action,
    steps: [...waiting.flatMap(({ steps }) => steps), ...action.steps],
    isRefreshed: waiting.some(({ packages }) => packages.some(({ verb }) => verb === "refresh")),
  };
}

function dropReason(fate: string, why: string): string {
  if (fate === "drop") return why;
  return fate === "carry" ? "Nothing is left to bring." : "Nothing of it can run in a build.";
}
