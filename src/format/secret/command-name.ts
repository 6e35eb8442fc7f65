import type { ShellCommand, ShellWord } from "./shell-words.ts";
import { SPEAKING_COMMANDS } from "./tables/commands.ts";

/** A program's name without its folder. */
export function baseNameOf(word: string): string {
  return word.slice(word.lastIndexOf("/") + 1);
}

/** The words that run programs: of a command that only names them (`apt-get install curl`) those before its name. */
export function actingWords(command: ShellCommand): readonly ShellWord[] {
  const at = command.words.findIndex((word) => !/^(?:\w+=.*|sudo|-.*)$/s.test(baseNameOf(word.value)));
  const name = baseNameOf(command.words[at]?.value ?? "");
  return SPEAKING_COMMANDS.has(name) ? command.words.slice(0, at) : command.words;
}
