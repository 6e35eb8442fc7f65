import type { ShellCommand } from "../../format/shell/commands.ts";
import { expandWord } from "../select/words/expand-word.ts";
import { LAUNCHERS } from "../tables/servers.ts";
import type { TimedStep } from "../model.ts";
import { programName } from "./service-row.ts";

/** A command's words with what is known expanded, without launchers like nohup in front. */
export function typedWords(command: ShellCommand, { step, before }: TimedStep): string[] {
  const words = command.words.map(({ text }) => expandWord(text, before, step.identity.home).value);
  while (LAUNCHERS.has(words[0] ?? "")) {
    words.shift();
    while (words[0]?.startsWith("-") === true) words.splice(0, /^-[unoeig]$/u.test(words[0]) ? 2 : 1);
  }
  return words;
}

/** The init scripts that a command starts: `service x start`, `/etc/init.d/x restart`, `systemctl start x y`. */
export function startedScripts(words: readonly string[]): string[] {
  return controlled(words, /^(?:start|restart|force-reload|try-restart|onestart)$/u);
}

/** The init scripts that a command stops. */
export function stoppedScripts(words: readonly string[]): string[] {
  return controlled(words, /^stop$/u);
}

function controlled(words: readonly string[], verb: RegExp): string[] {
  const [program = "", ...all] = words;
  const rest = all.filter((word) => !word.startsWith("-"));
  const [first = "", second = ""] = rest;
  if (/\/init\.d\/[^/]+$/u.test(program)) return verb.test(first) ? [programName(program)] : [];
  if (/^(?:service|invoke-rc\.d|rc-service)$/u.test(programName(program))) return verb.test(second) ? [first] : [];
  if (programName(program) !== "systemctl") return [];
  return verb.test(first) || (first === "enable" && verb.test("start") && words.includes("--now")) ? rest.slice(1) : [];
}
