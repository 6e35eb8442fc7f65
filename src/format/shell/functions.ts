import { readCommands } from "./commands.ts";
import { hasSyntaxError, parseShell } from "./syntax.ts";

/** The functions that a text defines when it runs, name to definition as written; null for those that it removes (`unset -f`). */
export function readFunctions(text: string): Readonly<Record<string, string | null>> {
  if (hasSyntaxError(text)) return {};
  const defined = parseShell(text).commands.flatMap(({ command }) =>
    command.type === "Function" ? [[command.name.text, text.slice(command.pos, command.end)] as const] : [],
  );
  const removed = readCommands(text).flatMap(({ words }) => {
    const [program, flag, ...names] = words.map(({ value }) => value);
    return program === "unset" && flag === "-f"
      ? names.flatMap((name) => (name === null || name === undefined ? [] : [[name, null] as const]))
      : [];
  });
  return Object.fromEntries([...defined, ...removed]);
}

/** The functions that a text hands to the programs it starts (`export -f`, `declare -fx`). */
export function readExportedFunctions(text: string): readonly string[] {
  if (!/\s-[a-z]*f/.test(text)) return [];
  return readCommands(text).flatMap(({ words }) => {
    const [program, ...rest] = words.map(({ value }) => value ?? "");
    const flags = rest.filter((word) => word.startsWith("-")).join("");
    const isExport =
      program === "export" ? /f/.test(flags) && !/n/.test(flags) : /^(?:declare|typeset)$/.test(program ?? "") && /f.*x|x.*f/.test(flags);
    return isExport ? rest.filter((word) => /^[\w:.-]+$/.test(word) && !word.startsWith("-")) : [];
  });
}

const MARK = "BASH_FUNC_";

/** The variable by which a shell's state says that a function is exported, as bash names it. */
export function exportMark(name: string): string {
  return `${MARK}${name}%%`;
}

/** The functions that a state's variables say are exported. */
export function exportedFunctions(variables: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(variables).flatMap((name) => (name.startsWith(MARK) ? [name.slice(MARK.length, -2)] : []));
}
