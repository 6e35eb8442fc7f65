import { quoteArray, quotePairs, quoteWord } from "../../format/shell/quote.ts";
import type { ShellVariable } from "../../history/model.ts";
import type { RunAction } from "../rewrite/action.ts";
import { printOption, strayOptions } from "../rewrite/options.ts";
import { isOwnVariable, isSamePath } from "../rewrite/shell-variables.ts";

/** What the shell of a RUN is like at one point of its script. */
export interface RunState {
  readonly cwd: string;
  readonly umask: string;
  readonly variables: ReadonlyMap<string, ShellVariable>;
  /** Names that commands of the RUN exported. */
  readonly exported: ReadonlySet<string>;
  readonly functions: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, boolean>>;
}

/** A RUN's shell at its start: the image's environment and folder, and nothing else. */
export function freshState(environment: ReadonlyMap<string, string>, cwd: string, home: string): RunState {
  const variables = new Map<string, ShellVariable>();
  for (const [name, value] of new Map([["HOME", home], ...environment])) variables.set(name, { kind: "scalar", value, exported: true });
  return { cwd, umask: "0022", variables, exported: new Set(), functions: {}, options: {} };
}

/** The commands that make a shell as an action needs it, and the state after them. */
export function prepareState(state: RunState, action: RunAction): { commands: string[]; state: RunState } {
  const { needs } = action;
  const commands: string[] = [];
  if (needs.umask !== null && needs.umask !== state.umask) commands.push(`umask ${needs.umask}`);
  commands.push(...variableCommands(state, { ...strayVariables(state, needs), ...needs.variables }));
  for (const [name, body] of Object.entries(needs.functions)) if (state.functions[name] !== body) commands.push(tidyFunction(body));
  for (const [name, isOn] of Object.entries(needs.options))
    if ((state.options[name] ?? false) !== isOn) commands.push(printOption(name, isOn));
  const stray = strayOptions(state.options, needs.options);
  commands.push(...stray.map((name) => printOption(name, false)));
  if (needs.cwd !== null && needs.cwd !== state.cwd) commands.push(`cd ${quoteWord(needs.cwd)}`);
  return { commands, state: withNeeds(withoutOptions(state, stray), action) };
}

/** What earlier commands of the RUN exported, and a program of this one had not. */
function strayVariables({ exported }: RunState, needs: RunAction["needs"]): Readonly<Record<string, null>> {
  if (needs.exported === null) return {};
  const own = new Set(needs.exported);
  return Object.fromEntries([...exported].filter((name) => !own.has(name) && !isOwnVariable(name)).map((name) => [name, null] as const));
}

function withoutOptions(state: RunState, names: readonly string[]): RunState {
  return { ...state, options: { ...state.options, ...Object.fromEntries(names.map((name) => [name, false])) } };
}

/** bash prints `name () ` and `{ ` on lines of their own. */
function tidyFunction(body: string): string {
  return body.replace(/^(\S+) \(\) *\n\{ *\n/, "$1() {\n");
}

function withVariables(state: RunState, changed: Readonly<Record<string, ShellVariable | null>>): Pick<RunState, "variables" | "exported"> {
  const variables = new Map(state.variables);
  const exported = new Set(state.exported);
  for (const [name, variable] of Object.entries(changed)) {
    if (variable === null) variables.delete(name);
    else variables.set(name, variable);
    if (variable?.exported === true) exported.add(name);
    else exported.delete(name);
  }
  return { variables, exported };
}

function withNeeds(state: RunState, { needs }: RunAction): RunState {
  return {
    cwd: needs.cwd ?? state.cwd,
    umask: needs.umask ?? state.umask,
    ...withVariables(state, { ...strayVariables(state, needs), ...needs.variables }),
    functions: { ...state.functions, ...needs.functions },
    options: { ...state.options, ...needs.options },
  };
}

/** The state after an action's own command ran. */
export function afterAction(state: RunState, { change }: RunAction): RunState {
  const functions = { ...state.functions };
  for (const [name, body] of Object.entries(change.functions ?? {})) {
    if (body === null) delete functions[name];
    else functions[name] = body;
  }
  return {
    cwd: change.cwd ?? state.cwd,
    umask: change.umask ?? state.umask,
    ...withVariables(state, change.variables ?? {}),
    functions,
    options: { ...state.options, ...change.options },
  };
}

function variableCommands(state: RunState, needed: Readonly<Record<string, ShellVariable | null>>): string[] {
  const gone: string[] = [];
  const exported: string[] = [];
  const plain: string[] = [];
  for (const [name, variable] of Object.entries(needed)) {
    const present = state.variables.get(name) ?? null;
    if (isOwnVariable(name) || isSame(name, present, variable)) continue;
    if (variable === null) gone.push(name);
    else if (variable.exported && variable.kind === "scalar") exported.push(assignment(name, variable));
    else plain.push(assignment(name, variable));
  }
  return [
    ...(gone.length > 0 ? [`unset ${gone.join(" ")}`] : []),
    ...(exported.length > 0 ? [`export ${exported.join(" ")}`] : []),
    ...plain,
  ];
}

function isSame(name: string, a: ShellVariable | null, b: ShellVariable | null): boolean {
  if (a === null || b === null) return a === b;
  if (name === "PATH" && typeof a.value === "string" && typeof b.value === "string") return isSamePath(a.value, b.value);
  return a.kind === b.kind && JSON.stringify(a.value) === JSON.stringify(b.value) && (a.exported || !b.exported);
}

function assignment(name: string, variable: ShellVariable): string {
  if (typeof variable.value === "string") return `${name}=${quoteWord(variable.value)}`;
  return variable.kind === "map" ? `declare -A ${name}=${quotePairs(variable.value)}` : `${name}=${quoteArray(variable.value)}`;
}
