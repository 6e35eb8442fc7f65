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
