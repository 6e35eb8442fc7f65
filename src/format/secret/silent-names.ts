import { baseNameOf } from "./command-name.ts";
import { readShellCommands, type ShellWord } from "./shell-words.ts";

/** Options of `read` that take the next word. */
const TAKES_NEXT = /^-[a-zA-Z]*[aptnNdiuk]$/;

/** Variables that a typed text fills with what is typed while the terminal does not show it: `read -s NAME`, `stty -echo; read NAME`. */
export function silentNames(typed: string): readonly string[] {
  if (!typed.includes("read")) return [];
  const commands = readShellCommands(typed).map((command) => command.words);
  const isSilent = commands.some(
    (words) => words.some((word) => baseNameOf(word.value) === "stty") && words.some((word) => word.value === "-echo"),
  );
  return commands.flatMap((words) => namesOf(words, isSilent));
}

function namesOf(words: readonly ShellWord[], isSilent: boolean): readonly string[] {
  const at = words.findIndex((word) => word.value === "read");
  if (at === -1) return [];
  const rest = words.slice(at + 1).map((word) => word.value);
  if (!isSilent && !rest.some((word) => /^-[a-zA-Z]*s/.test(word))) return [];
  const names = rest.filter((word, index) => /^[A-Za-z_]\w*$/.test(word) && !TAKES_NEXT.test(rest[index - 1] ?? ""));
  const arrays = rest.filter((word, index) => /^[A-Za-z_]\w*$/.test(word) && /^-[a-zA-Z]*[aA]$/.test(rest[index - 1] ?? ""));
  return names.length + arrays.length === 0 ? ["REPLY"] : [...names, ...arrays];
}
