import type { ShellCommand } from "./shell-words.ts";
import { SPEAKING_COMMANDS } from "./tables/commands.ts";

/** A program's name without its folder. */
export function baseNameOf(word: string): string {
  return word.slice(word.lastIndexOf("/") + 1);
}

/** True where the command names programs without running them (`apt-get install curl`). */
export function isSpokenOf(command: ShellCommand): boolean {
  const name = command.words.map((word) => baseNameOf(word.value)).find((word) => !/^(?:\w+=.*|sudo|-.*)$/s.test(word));
  return name !== undefined && SPEAKING_COMMANDS.has(name);
}
