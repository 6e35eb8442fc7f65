import { printExec, printPairs, printWord } from "../../format/dockerfile/instructions.ts";
import type { Instruction } from "../model.ts";
import type { Action, RunAction } from "../rewrite/action.ts";
import { tidyPath } from "../rewrite/shell-variables.ts";
import { planCarry } from "./carry.ts";
import type { LookUp } from "./carry.ts";
import { SCRIPTS, writeCopies, writeScriptFile } from "./copy.ts";
import type { Desk } from "./desk.ts";
import { environmentPair } from "./environment.ts";
import { groupActions, userOfGroup } from "./group.ts";
import { joinCarries } from "./join-carries.ts";
import { joinParts } from "./join-parts.ts";
import type { Part } from "./join-parts.ts";
import { freshState } from "./shell-state.ts";
import { writeFetch } from "./stages.ts";
import type { FetchAction } from "./stages.ts";
import { writeRun } from "./write-run.ts";

/** Writes actions as instructions: few, in their order, each with just the surroundings it needs. */
export function writeActions(desk: Desk, actions: readonly (Action | FetchAction)[]): void {
  const { base } = desk.input;
  const { final } = desk.timeline;
  const known: LookUp = (path) => (final.has(path) ? (final.get(path) ?? null) : (base?.get(path) ?? null));
  const inImage: LookUp = base === null ? known : (path) => base.get(path) ?? null;
  const parts = joinCarries(actions).flatMap((action): readonly Part[] =>
    action.kind === "carry" ? planCarry(action, inImage, known) : [action],
  );
  for (const run of joinParts(parts)) {
    if (run.kind === "copy") desk.instructions.push(...writeCopies(run, desk.context, known));
    else if (run.kind === "fetch") desk.instructions.push(...writeFetch(run));
    else for (const group of splitByEnvironment(desk, run.actions)) addRuns(desk, group);
  }
}

/** Sets what no command needed so far, but a user of the image may. */
export function writeLasting(desk: Desk): void {
  addEnvironment(desk, [...desk.lasting.keys()], []);
}

/** A path for a long text that no other one has. */
function scriptPlace(desk: Desk): string {
  return `/.run-${[...desk.context.files.keys()].filter((path) => path.startsWith(SCRIPTS)).length + 1}.sh`;
}

/** An ENV stands before the first action that needs its variables, so actions on its two sides are apart. */
function splitByEnvironment(desk: Desk, actions: readonly RunAction[]): RunAction[][] {
  const waiting = new Set(desk.lasting.keys());
  const split: RunAction[][] = [[]];
  for (const action of actions) {
    const due = dueNames(desk, [...waiting], action);
    if (due.length > 0) split.push([]);
    for (const name of due) waiting.delete(name);
    split.at(-1)?.push(action);
  }
  return split.flatMap((some) => groupActions(some));
}

/** What an action needs of the image's environment, and with it all else that its shell had of it. */
function dueNames(desk: Desk, names: readonly string[], { needs, exports }: RunAction): string[] {
  const present = names.filter((name) => {
    const value = exports[name];
    return value !== undefined && (name === "PATH" ? tidyPath(value) : value) === desk.lasting.get(name);
  });
  return present.some((name) => needs.variables[name]?.exported === true) ? present : [];
}

function addEnvironment(desk: Desk, names: readonly string[], steps: readonly string[]): void {
  if (names.length === 0) return;
  const ordered = names.toSorted((one, other) => Number(one === "PATH") - Number(other === "PATH"));
  const pairs = ordered.map((name) => environmentPair(name, desk.lasting.get(name) ?? "", desk.environment.get(name)));
  desk.instructions.push({
    name: "ENV",
    text: printPairs("ENV", pairs),
    comments: [],
    steps,
    why: "exported when the last shell ended or the service was started",
    isRepair: false,
  });
  for (const name of names) {
    desk.environment.set(name, desk.lasting.get(name) ?? "");
    desk.lasting.delete(name);
  }
}

function addRuns(desk: Desk, actions: readonly RunAction[]): void {
  const [first] = actions;
  if (first === undefined) return;
  const steps = [...new Set(actions.flatMap((action) => action.steps))];
  const due = dueNames(desk, [...desk.lasting.keys()], first);
  addEnvironment(desk, due, first.steps);
  const setting = { steps, why: "", comments: [], isRepair: false };
  const user = userOfGroup(actions);
  if (user !== desk.user) {
    desk.user = user;
    const why = `these Steps ran as ${user}`;
    desk.instructions.push({ ...setting, name: "USER", text: printWord("USER", user), why });
  }
  const cwd = first.needs.cwd;
  if (cwd !== null && cwd !== desk.workdir && cwd === desk.service.workdir) {
    desk.workdir = cwd;
    const why = "the service's folder";
    desk.instructions.push({ ...setting, name: "WORKDIR", text: printWord("WORKDIR", cwd), why });
  }
  const home = actions.find((action) => action.user === user)?.home ?? "/root";
  const start = freshState(desk.environment, desk.workdir, home);
  const { text, shell, file } = writeRun(actions, start, { options: desk.input.options, shell: desk.shell, place: scriptPlace(desk) });
  if (shell !== null && shell.join("\0") !== desk.shell.join("\0")) {
    desk.shell = shell;
    const why = "not portable: these Steps ran in this shell";
    desk.instructions.push({ ...setting, name: "SHELL", text: printExec("SHELL", shell), why });
  }
  if (file !== null) desk.instructions.push({ ...setting, ...writeScriptFile(file, desk.context) });
  desk.instructions.push({
    name: "RUN",
    text,
    comments: actions.flatMap((action) => action.comments),
    steps,
    why: [...new Set(actions.map(({ why }) => why))].join("; "),
    isRepair: first.isRepair,
  });
  if (file !== null) removeScriptFile(desk, file.path, setting);
}

/** The file lies where every user can read it and no folder has to be made. */
function removeScriptFile(desk: Desk, path: string, setting: Pick<Instruction, "steps" | "comments" | "isRepair">): void {
  const why = "the text above was too long for an argument and lay in this file";
  if (desk.user !== "root") desk.instructions.push({ ...setting, name: "USER", text: printWord("USER", "root"), why });
  desk.user = "root";
  desk.instructions.push({ ...setting, name: "RUN", text: `RUN rm -f ${path}`, why });
}
