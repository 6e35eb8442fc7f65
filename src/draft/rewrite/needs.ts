import { readUse } from "../../format/shell/variables.ts";
import type { ShellUse } from "../../format/shell/variables.ts";
import type { ShellState, ShellVariable } from "../../history/model.ts";
import type { ShellNeeds } from "./action.ts";
import { usesFolder } from "./folder-use.ts";
import { readOptionNeeds } from "./options.ts";
import { isOwnVariable, isSensitiveProgram } from "./shell-variables.ts";

/** What a text needs of the shell it ran in: found by parsing it and every function it calls. */
export function readNeeds(text: string, before: ShellState | null): ShellNeeds {
  if (before === null) return { cwd: null, umask: null, variables: {}, functions: {}, options: {} };
  const { use, functions } = readDeepUse(text, before.functions);
  return {
    cwd: [text, ...Object.values(functions)].some(usesFolder) ? before.cwd : null,
    umask: before.umask,
    variables: neededVariables(use, before),
    functions,
    options: readOptionNeeds([text, ...Object.values(functions)].join("\n"), before.options),
  };
}

/** The uses of a text and of the functions it calls, as one. */
function readDeepUse(text: string, known: Readonly<Record<string, string>>): { use: ShellUse; functions: Record<string, string> } {
  const functions: Record<string, string> = {};
  const uses = [readUse(text)];
  const defined = new Set(uses[0]?.defines);
  const names = [...(uses[0]?.names ?? [])];
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    const body = Object.hasOwn(known, name) ? known[name] : undefined;
    if (body === undefined || Object.hasOwn(functions, name) || defined.has(name)) continue;
    functions[name] = body;
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

function neededVariables(use: ShellUse, before: ShellState): Record<string, ShellVariable | null> {
  const names = new Set(use.reads);
  if (use.usesHome) names.add("HOME");
  const isSensitive = use.isDynamic || use.names.some(isSensitiveProgram);
  for (const [name, variable] of Object.entries(before.variables)) {
    if (use.isDynamic || (isSensitive && variable.exported)) names.add(name);
    if (name === "PATH" && use.names.length > 0) names.add(name);
  }
  const needed: Record<string, ShellVariable | null> = {};
  for (const name of [...names].toSorted()) if (!isOwnVariable(name)) needed[name] = before.variables[name] ?? null;
  return needed;
}

function sortKeys(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
