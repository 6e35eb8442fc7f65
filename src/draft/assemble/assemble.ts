import type { Draft, DraftInput, Instruction, Service, Timeline } from "../model.ts";
import type { Action, RunAction } from "../rewrite/action.ts";
import { planCarry } from "./carry.ts";
import type { CopyPart, LookUp } from "./carry.ts";
import { joinParts } from "./join-parts.ts";
import { emptyContext, writeCopies } from "./copy.ts";
import type { ContextPlan } from "./copy.ts";
import { baseEnvironment, environmentPair, lastingVariables } from "./environment.ts";
import { groupActions, userOfGroup } from "./group.ts";
import { printExec, printPairs, printWord } from "../../format/dockerfile/instructions.ts";
import { freshState } from "./shell-state.ts";
import { writeRun } from "./write-run.ts";

/** The instructions between FROM and the image's settings, and the context they need. */
export interface Body {
  readonly instructions: readonly Instruction[];
  readonly context: Draft["context"];
  /** USER, WORKDIR and SHELL in force after the last instruction. */
  readonly user: string;
  readonly workdir: string;
  readonly shell: readonly string[];
}

interface Desk {
  readonly instructions: Instruction[];
  readonly context: ContextPlan;
  readonly environment: Map<string, string>;
  /** Lasting variables that no ENV has set yet. */
  readonly lasting: Map<string, string>;
  readonly input: DraftInput;
  readonly service: Service;
  user: string;
  workdir: string;
  shell: readonly string[];
}

/** Writes actions as instructions: few, in their order, each with just the surroundings it needs. */
export function writeBody(actions: readonly Action[], plan: { input: DraftInput; timeline: Timeline; service: Service }): Body {
  const { input, timeline, service } = plan;
  const { imageConfig } = input.history.container;
  const desk: Desk = {
    instructions: [],
    context: emptyContext(),
    environment: baseEnvironment(input),
    lasting: lastingVariables(input, timeline, service),
    input,
    service,
    user: imageUser(input),
    workdir: imageConfig.workdir === "" ? "/" : imageConfig.workdir,
    shell: imageConfig.shell ?? ["/bin/sh", "-c"],
  };
  const lookUp: LookUp = (path) => timeline.final.get(path) ?? (timeline.final.has(path) ? null : (input.base?.get(path) ?? null));
  const parts = actions.flatMap((action) =>
    action.kind === "run" ? [action] : planCarry(action, input.base === null ? lookUp : baseLookUp(input)),
  );
  for (const run of joinParts(parts)) {
    if (run.kind === "copy") addCopies(desk, run, lookUp);
    else for (const group of splitByEnvironment(desk, run.actions)) addRuns(desk, group);
  }
  addEnvironment(desk, [...desk.lasting.keys()], []);
  return {
    instructions: desk.instructions,
    context: [...desk.context.files.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    user: desk.user,
    workdir: desk.workdir,
    shell: desk.shell,
  };
}

/** The user that the base image runs as, in USER's words. */
export function imageUser(input: DraftInput): string {
  const { user } = input.history.container.imageConfig;
  return user === "" || user === "0" ? "root" : user;
}

function baseLookUp(input: DraftInput): LookUp {
  return (path) => input.base?.get(path) ?? null;
}

/** An ENV stands before the first action that needs its variables, so actions on its two sides are apart. */
function splitByEnvironment(desk: Desk, actions: readonly RunAction[]): RunAction[][] {
  const waiting = new Set(desk.lasting.keys());
  const split: RunAction[][] = [[]];
  for (const action of actions) {
    const due = [...waiting].filter((name) => isDue(desk, name, action));
    if (due.length > 0) split.push([]);
    for (const name of due) waiting.delete(name);
    split.at(-1)?.push(action);
  }
  return split.flatMap((some) => groupActions(some));
}

function isDue(desk: Desk, name: string, action: RunAction): boolean {
  const variable = action.needs.variables[name] ?? null;
  return variable?.exported === true && variable.value === desk.lasting.get(name);
}

function addEnvironment(desk: Desk, names: readonly string[], steps: readonly string[]): void {
  if (names.length === 0) return;
  const plain = names.filter((name) => name !== "PATH");
  for (const group of [plain, names.filter((name) => name === "PATH")]) {
    if (group.length === 0) continue;
    const pairs = group.map((name) => environmentPair(name, desk.lasting.get(name) ?? "", desk.environment.get(name)));
    desk.instructions.push({
      name: "ENV",
      text: printPairs("ENV", pairs),
      comments: [],
      steps,
      why: "Exported when the last shell ended or the service was started.",
      isRepair: false,
    });
  }
  for (const name of names) {
    desk.environment.set(name, desk.lasting.get(name) ?? "");
    desk.lasting.delete(name);
  }
}

function addCopies(desk: Desk, part: CopyPart, lookUp: LookUp): void {
  desk.instructions.push(...writeCopies(part, desk.context, lookUp));
}

function addRuns(desk: Desk, actions: readonly RunAction[]): void {
  const [first] = actions;
  if (first === undefined) return;
  const steps = [...new Set(actions.flatMap((action) => action.steps))];
  const due = [...desk.lasting.keys()].filter((name) => isDue(desk, name, first));
  addEnvironment(desk, due, first.steps);
  const setting = { steps, why: "", comments: [], isRepair: false };
  const user = userOfGroup(actions);
  if (user !== desk.user) {
    desk.user = user;
    const why = `These Steps ran as ${user}.`;
    desk.instructions.push({ ...setting, name: "USER", text: printWord("USER", user), why });
  }
  const cwd = first.needs.cwd;
  if (cwd !== null && cwd !== desk.workdir && cwd === desk.service.workdir) {
    desk.workdir = cwd;
    const why = "The service's folder.";
    desk.instructions.push({ ...setting, name: "WORKDIR", text: printWord("WORKDIR", cwd), why });
  }
  const home = actions.find((action) => action.user === user)?.home ?? "/root";
  const start = freshState(desk.environment, desk.workdir, home);
  const { text, shell } = writeRun(actions, start, {
    options: desk.input.options,
    shell: desk.shell,
  });
  if (shell !== null && shell.join("\0") !== desk.shell.join("\0")) {
    desk.shell = shell;
    const why = "These Steps are not portable: they ran in this shell.";
    desk.instructions.push({ ...setting, name: "SHELL", text: printExec("SHELL", shell), why });
  }
  desk.instructions.push({
    name: "RUN",
    text,
    comments: actions.flatMap((action) => action.comments),
    steps,
    why: [...new Set(actions.map(({ why }) => why))].join(" "),
    isRepair: first.isRepair,
  });
}
