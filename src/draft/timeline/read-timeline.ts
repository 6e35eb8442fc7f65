import { exportMark, readExportedFunctions, readFunctions } from "../../format/shell/functions.ts";
import type { Entry, Tree } from "../../format/tree/entry.ts";
import { applyChange } from "../../history/fold.ts";
import type { History, Session, Shell, ShellState, StateChange, Step } from "../../history/model.ts";
import type { TimedStep, Timeline } from "../model.ts";
import { withInnerText } from "./inner-text.ts";

/** The Steps of all Sessions in the order of their start, each with its shell's state, and what became of every path. */
export function readTimeline(history: History, base: Tree | null): Timeline {
  const steps = history.sessions.flatMap(foldSession).toSorted(byStart);
  const final = new Map<string, Entry | null>();
  const first = new Map<string, Entry | null>();
  for (const { step } of steps.toSorted(byEnd)) {
    for (const change of step.effect.changes) {
      if (!first.has(change.path)) first.set(change.path, baseEntry(base, change.path, change.before));
      final.set(change.path, change.after);
    }
  }
  return { steps, final, base: first };
}

/** The order in which Effects were seen: a command's changes are looked for when it ended. */
export function byEnd(one: TimedStep, other: TimedStep): number {
  return one.step.endedAt - other.step.endedAt;
}

function byStart(one: TimedStep, other: TimedStep): number {
  return one.step.startedAt - other.step.startedAt;
}

function baseEntry(base: Tree | null, path: string, before: Entry | null): Entry | null {
  const entry = base === null ? before : (base.get(path) ?? null);
  return entry?.type === "file" && entry.hash === undefined && before !== null ? before : entry;
}

/** Shells that cannot list their functions: what a command defines is read from its text. */
const SILENT_OF_FUNCTIONS: ReadonlySet<string> = new Set(["dash", "ash", "sh"]);

function changeOf(step: Step, shell: Shell | null): StateChange {
  const exported = shell?.kind === "bash" ? readExportedFunctions(step.ran) : [];
  const change = withFunctions(step, shell);
  if (exported.length === 0) return change;
  const marks = exported.map((name) => [exportMark(name), { kind: "scalar", value: name, exported: true } as const] as const);
  return { ...change, variables: { ...change.variables, ...Object.fromEntries(marks) } };
}

function withFunctions(step: Step, shell: Shell | null): StateChange {
  const isSilent = shell !== null && SILENT_OF_FUNCTIONS.has(shell.kind) && step.change.functions === undefined;
  const functions = isSilent && step.kind === "command" ? readFunctions(step.ran) : {};
  return Object.keys(functions).length === 0 ? step.change : { ...step.change, functions };
}

function foldSession(session: Session): TimedStep[] {
  const states = new Map<string, ShellState>();
  return session.steps.map((step) => {
    const shell = session.shells[step.shell] ?? null;
    const before = states.get(step.shell) ?? shell?.state ?? null;
    const after = before === null ? null : applyChange(before, changeOf(step, shell));
    if (after !== null) states.set(step.shell, after);
    return { step: withInnerText(step, before), shell, before, after };
  });
}
