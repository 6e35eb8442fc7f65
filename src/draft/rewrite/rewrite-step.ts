import { readCommands } from "../../format/shell/commands.ts";
import { joinWords } from "../../format/shell/quote.ts";
import { recallBy } from "../../format/shell/recall.ts";
import { readUse } from "../../format/shell/variables.ts";
import type { PathChange } from "../../format/tree/entry.ts";
import type { ShellKind, ShellState, ShellVariable, StateChange, Step } from "../../history/model.ts";
import type { DraftInput, SelectedStep } from "../model.ts";
import { isVolatile } from "../select/judge/matters.ts";
import type { Action, CarryAction, RunAction } from "./action.ts";
import { chooseShell } from "./choose-shell.ts";
import { readNeeds } from "./needs.ts";
import { needName } from "./options.ts";
import { commandText, withoutArrival } from "./rewrite-command.ts";
import { rewritePackages } from "./rewrite-packages.ts";
import { MASK, mountSecrets, mountVariables, secretFiles } from "./mount-secrets.ts";
import { isSensitiveProgram } from "./shell-variables.ts";

/** What a kept Step becomes: a command to run or paths to bring; null where nothing of it runs. */
export function rewriteStep(selected: SelectedStep, input: DraftInput, secretPaths: readonly string[]): Action | null {
  if (selected.fate === "carry") return carryOf(selected, input);
  if (selected.fate === "run") return runOf(selected, input, secretPaths);
  const mounted = holdsSecret(selected) ? runOf(selected, input, secretPaths) : null;
  const isSafe = mounted !== null && mounted.secrets.some(({ path }) => path === null);
  return isSafe && !writesSecret(selected) ? { ...mounted, why: "its text makes it again, with the secret from a mount" } : null;
}

/** True for a Step that was kept out because of a secret in it. */
export function holdsSecret({ why, timed }: SelectedStep): boolean {
  return why.startsWith("left out:") || (timed.step.secrets.length > 0 && why.includes("secret"));
}

/** A text that writes the secret itself into a file could run with a mount, but the secret would be in a layer. */
function writesSecret({ timed: { step } }: SelectedStep): boolean {
  const files = step.effect.changes.filter(({ path, after }) => after?.type === "file" && !/^\/etc\/g?shadow-?$/.test(path));
  if (files.some((change) => mayHoldSecret(change, step))) return true;
  const writers = readCommands(step.ran).filter(({ name }) => TEXT_WRITERS.has(name ?? ""));
  return (
    files.length > 0 &&
    writers.some(
      ({ words, redirections }) => words.some(({ text }) => text.includes(MASK)) || redirections.some(({ body }) => body?.includes(MASK)),
    )
  );
}

/** The content of a file that holds a secret is not kept; that of a file that is too large has a Finding that says so. */
function mayHoldSecret({ path, after, kept, package: owner }: PathChange, { findings }: Step): boolean {
  const isTooLarge = findings.some(({ code, where }) => where?.path === path && !code.includes("secret"));
  return !kept && owner === undefined && after?.size !== 0 && !isTooLarge && !isVolatile(path);
}

const TEXT_WRITERS: ReadonlySet<string> = new Set(["echo", "printf", "cat", "tee"]);

function carryOf(selected: SelectedStep, input: DraftInput): CarryAction | null {
  if (selected.carried.length === 0) return null;
  return { kind: "carry", ...originOf(selected, input), paths: selected.carried };
}

function runOf(selected: SelectedStep, input: DraftInput, secretPaths: readonly string[]): RunAction | null {
  const { step, shell, before } = selected.timed;
  const isBuildkit = input.options.builder === "buildkit";
  const typed = commandText(selected);
  const short = withoutArrival(typed);
  const { text, uses } = rewritePackages(short, isBuildkit);
  const mounted = mountSecrets(text, step.secrets, input.options);
  if (text.trim() === "" || step.opened.length > 0 || mounted === null) return null;
  const command = mounted.text;
  const state = before ?? plainState(step, input);
  const variables = mountVariables(readNeeds(command, shell, state), input.options);
  const change = changeOf(step.change, shell?.kind ?? "none");
  const files = isSensitive(command) ? secretFiles(secretPaths, input.options) : [];
  const names = [...mounted.secrets, ...variables.secrets].map((name) => ({ name, path: null }));
  return {
    kind: "run",
    ...originOf(selected, input),
    user: userOf(step),
    home: step.identity.home,
    shell: chooseShell(shell?.kind ?? "none", command, variables.needs),
    command,
    canFail: step.exit !== 0,
    needs: variables.needs,
    exports: exportsOf(state.variables),
    change: short === typed ? change : withoutFolder(change),
    before: [...variables.commands, ...preseedLines(selected)],
    packages: uses,
    ...pathsOf(step),
    isRefreshed: false,
    together: selected.together,
    secrets: [...names, ...files].map((secret) => ({ ...secret, uid: step.identity.uid })),
  };
}

/** With the names that needs have for options. */
function changeOf(change: StateChange, kind: ShellKind): StateChange {
  if (change.options === undefined) return change;
  const options = Object.entries(change.options).map(([name, isOn]) => [needName(name, kind), isOn] as const);
  return { ...change, options: Object.fromEntries(options) };
}

const exportsOf = recallBy((variables: ShellState["variables"]): Record<string, string> => {
  const pairs = Object.entries(variables).flatMap(([name, { exported, value }]) =>
    exported && typeof value === "string" ? [[name, value] as const] : [],
  );
  return Object.fromEntries(pairs);
});

function withoutFolder(change: StateChange): StateChange {
  const { cwd, ...rest } = change;
  return cwd === undefined ? change : rest;
}

function pathsOf(step: Step): Pick<RunAction, "made" | "removed"> {
  const { changes } = step.effect;
  const made = changes.filter(({ kind }) => kind === "created");
  return {
    made: made.map(({ path, after }) => ({ path, size: after?.size ?? 0 })),
    removed: changes.filter(({ kind }) => kind === "deleted").map(({ path }) => path),
  };
}

function isSensitive(command: string): boolean {
  return readUse(command).names.some(isSensitiveProgram);
}

function originOf(selected: SelectedStep, input: DraftInput): { steps: string[]; why: string; comments: string[]; isRepair: false } {
  const { id } = selected.timed.step;
  const note = input.history.choices.annotate[id];
  const comments = note === undefined ? [] : note.split("\n");
  return { steps: [id], why: selected.why, comments, isRepair: false };
}

/** As USER takes it: a name where there is one, so that its groups come along. */
function userOf(step: Step): string {
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
