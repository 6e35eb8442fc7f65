import { joinWords } from "../../format/shell/quote.ts";
import type { ShellState, ShellVariable, Step } from "../../history/model.ts";
import type { DraftInput, SelectedStep } from "../model.ts";
import type { Action, CarryAction, RunAction } from "./action.ts";
import { chooseShell } from "./choose-shell.ts";
import { readNeeds } from "./needs.ts";
import { commandText } from "./rewrite-command.ts";
import { rewritePackages } from "./rewrite-packages.ts";
import { MASK, mountSecrets } from "./mount-secrets.ts";

/** What a kept Step becomes: a command to run or paths to bring; null where nothing of it runs. */
export function rewriteStep(selected: SelectedStep, input: DraftInput): Action | null {
  if (selected.fate === "drop") return canMount(selected) ? runOf(selected, input) : null;
  return selected.fate === "carry" ? carryOf(selected, input) : runOf(selected, input);
}

/** True for a Step that was kept out because of a secret in it. */
export function holdsSecret({ why, timed }: SelectedStep): boolean {
  return why.startsWith("left out:") || (timed.step.secrets.length > 0 && why.includes("secret"));
}

/** A secret that a mount can bring: its place in the text is masked. */
function canMount(selected: SelectedStep): boolean {
  const { step } = selected.timed;
  return holdsSecret(selected) && step.secrets.length > 0 && step.ran.includes(MASK);
}

function carryOf(selected: SelectedStep, input: DraftInput): CarryAction | null {
  if (selected.carried.length === 0) return null;
  return { kind: "carry", ...originOf(selected, input), paths: selected.carried };
}

function runOf(selected: SelectedStep, input: DraftInput): RunAction | null {
  const { step, shell, before } = selected.timed;
  const { text, uses } = rewritePackages(commandText(selected), input.options.builder === "buildkit");
  const mounted = mountSecrets(text, step.secrets, input.options);
  if (text.trim() === "" || step.opened.length > 0 || mounted === null) return null;
  const state = before ?? plainState(step, input);
  const needs = readNeeds(mounted.text, state);
  return {
    kind: "run",
    ...originOf(selected, input),
    user: userOf(step),
    home: step.identity.home,
    shell: chooseShell(shell?.kind ?? "none", mounted.text, needs),
    command: mounted.text,
    canFail: step.exit !== 0 && !step.background,
    needs,
    change: step.change,
    before: preseedLines(selected),
    packages: uses,
    made: step.effect.changes.filter(({ kind }) => kind === "created").map(({ path, after }) => ({ path, size: after?.size ?? 0 })),
    removed: step.effect.changes.filter(({ kind }) => kind === "deleted").map(({ path }) => path),
    isRefreshed: false,
    together: selected.together,
    secrets: mounted.secrets,
  };
}

function originOf(selected: SelectedStep, input: DraftInput): { steps: string[]; why: string; comments: string[]; isRepair: false } {
  const { id } = selected.timed.step;
  const note = input.history.choices.annotate[id];
  const comments = note === undefined ? [] : note.split("\n");
  return { steps: [id], why: selected.why, comments, isRepair: false };
}

/** As USER takes it: a name where there is one, so that its groups come along. */
export function userOf(step: Step): string {
  const { user, uid, gid } = step.identity;
  if (uid === 0) return "root";
  return user === "" ? `${uid}:${gid}` : user;
}

function preseedLines(selected: SelectedStep): string[] {
  if (selected.preseed.length === 0) return [];
  const lines = selected.preseed.map((answer) => `${answer.package} ${answer.question} ${answer.type} ${answer.value}`);
  return [`${joinWords(["printf", "%s\\n", ...lines])} | debconf-set-selections`];
}

/** What a command without a shell sees: the container's environment. */
function plainState(step: Step, input: DraftInput): ShellState {
  const variables: Record<string, ShellVariable> = {};
  for (const pair of input.history.container.env) {
    const at = pair.indexOf("=");
    if (at > 0)
      variables[pair.slice(0, at)] = {
        kind: "scalar",
        value: pair.slice(at + 1),
        exported: true,
      };
  }
  return { cwd: step.cwd, umask: step.umask, variables, functions: {}, aliases: {}, options: [] };
}
