import { exportedFunctions } from "../../format/shell/functions.ts";
import { recallBy } from "../../format/shell/recall.ts";
import { readUse } from "../../format/shell/variables.ts";
import type { ShellUse } from "../../format/shell/variables.ts";
import type { Shell, ShellState, ShellVariable } from "../../history/model.ts";
import type { ShellNeeds } from "./action.ts";
import { usesFolder } from "./folder-use.ts";
import { readOptionNeeds } from "./options.ts";
import { isOwnVariable, isSensedVariable, isSensitiveProgram } from "./shell-variables.ts";

/** What a text needs of the shell it ran in, in this state: found by parsing it and every function it calls. */
export function readNeeds(text: string, shell: Shell | null, before: ShellState | null): ShellNeeds {
  if (before === null) return { cwd: null, umask: null, variables: {}, exported: null, functions: {}, options: {} };
  const known = needsKnown(before);
  const needs = known.get(text) ?? needsIn(text, shell, before);
  known.set(text, needs);
  return needs;
}

/** A state belongs to one shell, and the same text needs the same of it. */
const needsKnown = recallBy((_state: ShellState) => new Map<string, ShellNeeds>());

function needsIn(text: string, shell: Shell | null, before: ShellState): ShellNeeds {
  const { use, functions } = readDeepUse(text, before);
  return {
    cwd: [text, ...Object.values(functions)].some(usesFolder) ? before.cwd : null,
    umask: before.umask,
    variables: neededVariables(use, { text, shell, before }),
    exported: exportedNames(use, before),
    functions,
    options: readOptionNeeds([text, ...Object.values(functions)].join("\n"), before.options, shell?.kind ?? "none"),
  };
}

/** The uses of a text and of the functions it calls, as one. */
function readDeepUse(text: string, before: ShellState): { use: ShellUse; functions: Record<string, string> } {
  const known = before.functions;
  const functions: Record<string, string> = {};
  const uses = [readUse(text)];
  const defined = new Set(uses[0]?.defines);
  const exported = new Set(uses[0]?.names.some(isSensitiveProgram) === true ? exportedFunctions(before.variables) : []);
  const names = [...(uses[0]?.names ?? []), ...exported];
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    const body = Object.hasOwn(known, name) ? known[name] : undefined;
    if (body === undefined || Object.hasOwn(functions, name) || defined.has(name)) continue;
    functions[name] = exported.has(name) ? `${body}\nexport -f ${name}` : body;
    const use = readUse(body);
    uses.push(use);
    names.push(...use.names);
  }
  return { use: joinUses(uses), functions: sortKeys(functions) };
}

function joinUses(uses: readonly ShellUse[]): ShellUse {
  const all = (pick: (use: ShellUse) => readonly string[]): string[] => [...new Set(uses.flatMap(pick))];
  return {
    reads: all((use) => use.reads),
    assigns: all((use) => use.assigns),
    names: all((use) => use.names),
    defines: all((use) => use.defines),
    usesHome: uses.some((use) => use.usesHome),
    isDynamic: uses.some((use) => use.isDynamic),
  };
}

interface Surroundings {
  readonly text: string;
  readonly shell: Shell | null;
  readonly before: ShellState;
}

function neededVariables(use: ShellUse, { text, shell, before }: Surroundings): Record<string, ShellVariable | null> {
  const names = new Set(use.reads);
  if (use.usesHome) names.add("HOME");
  const isSensitive = use.isDynamic || use.names.some(isSensitiveProgram);
  for (const [name, variable] of Object.entries(before.variables)) {
    const isSet = (): boolean => shell === null || shell.state.variables[name]?.value !== variable.value || text.includes(name);
    const isSensed = isSensitive && variable.exported && isSensedVariable(name) && !isLoginName(name, variable, shell);
    if (isSensed || (use.isDynamic && isSet())) names.add(name);
    if (name === "PATH" && use.names.some(isSensitiveProgram)) names.add(name);
  }
  const needed: Record<string, ShellVariable | null> = {};
  for (const name of [...names].toSorted()) if (!isOwnVariable(name)) needed[name] = before.variables[name] ?? null;
  return needed;
}

function exportedNames(use: ShellUse, { variables }: ShellState): readonly string[] | null {
  if (!use.isDynamic && !use.names.some(isSensitiveProgram)) return null;
  return Object.keys(variables).filter((name) => variables[name]?.exported === true);
}

/** A shell or a login sets these to the user's own name; programs ask the system for it. */
function isLoginName(name: string, { value }: ShellVariable, shell: Shell | null): boolean {
  return (name === "LOGNAME" || name === "USER") && value === shell?.identity.user;
}

function sortKeys(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
