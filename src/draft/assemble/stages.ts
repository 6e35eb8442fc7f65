import { readCommands } from "../../format/shell/commands.ts";
import { printCopy } from "../../format/dockerfile/instructions.ts";
import type { BuildStage, Instruction, Timeline } from "../model.ts";
import type { Action } from "../rewrite/action.ts";

/** The name of the stage that builds, and of what it and the image have in common. */
export const BUILD_STAGE = "build";
export const COMMON_STAGE = "common";

/** Paths to copy from the build stage. */
export interface FetchAction {
  readonly kind: "fetch";
  readonly paths: readonly { readonly path: string; readonly isFolder: boolean }[];
  readonly steps: readonly string[];
}

/** The actions of each stage, in their order. */
export interface StagePlan {
  readonly common: readonly Action[];
  readonly build: readonly Action[];
  readonly image: readonly (Action | FetchAction)[];
}

/** False when a builder would read an output's path as a pattern. */
export function canStage(stage: BuildStage): boolean {
  return !stage.outputs.some((path) => /[*?[\\$\n]/.test(path));
}

/** Divides actions between the build stage and the image; what the stage leaves comes where it was made. */
export function planStages(actions: readonly Action[], stage: BuildStage, timeline: Timeline): StagePlan {
  const ids = new Set(stage.steps);
  const isBuild = (action: Action): boolean => ids.has(action.steps.at(-1) ?? "");
  const first = actions.findIndex(isBuild);
  const makers = makersOf(stage, timeline);
  const image: (Action | FetchAction)[] = [];
  for (const action of actions.slice(first)) {
    if (!isBuild(action)) image.push(action);
    else {
      const made = stage.outputs.filter((path) => action.steps.includes(makers.get(path) ?? ""));
      if (made.length > 0) image.push(fetchOf(made, stage, timeline));
    }
  }
  return { common: actions.slice(0, first), build: actions.filter((action) => isBuild(action) && !isRemoval(action)), image };
}

/** The last Step of the stage that wrote each output. */
function makersOf(stage: BuildStage, timeline: Timeline): Map<string, string> {
  const ids = new Set(stage.steps);
  const makers = new Map(stage.outputs.map((path) => [path, stage.steps.at(-1) ?? ""]));
  for (const { step } of timeline.steps.filter((timed) => ids.has(timed.step.id)))
    for (const output of stage.outputs)
      if (step.effect.changes.some(({ path, after }) => after !== null && (path === output || path.startsWith(`${output}/`))))
        makers.set(output, step.id);
  return makers;
}

function fetchOf(paths: readonly string[], stage: BuildStage, timeline: Timeline): FetchAction {
  const isFolder = (path: string): boolean => timeline.final.get(path)?.type === "directory";
  return { kind: "fetch", paths: paths.map((path) => ({ path, isFolder: isFolder(path) })), steps: stage.steps };
}

/** Tools need not be removed from a stage that is thrown away. */
function isRemoval(action: Action): boolean {
  if (action.kind !== "run" || action.packages.length === 0) return false;
  const isOnly = action.packages.every(({ verb }) => verb === "remove" || verb === "clean");
  return isOnly && readCommands(action.command).length === action.packages.length;
}

/** The COPY instructions that bring a stage's outputs; files of one folder share one. */
export function writeFetch({ paths, steps }: FetchAction): Instruction[] {
  const folders = new Map<string, string[]>();
  const copies: [string[], string][] = [];
  for (const { path, isFolder } of paths) {
    if (isFolder) copies.push([[`${path}/`], `${path}/`]);
    else {
      const folder = path.slice(0, path.lastIndexOf("/") + 1);
      folders.set(folder, [...(folders.get(folder) ?? []), path]);
    }
  }
  for (const [folder, files] of folders) copies.push([files, files.length === 1 ? (files[0] ?? folder) : folder]);
  return copies.map(([sources, destination]) => ({
    name: "COPY",
    text: printCopy(sources, destination, `--from=${BUILD_STAGE}`),
    comments: [],
    steps,
    why: "made in the build stage: its tools were removed again and nothing else used them",
    isRepair: false,
  }));
}
