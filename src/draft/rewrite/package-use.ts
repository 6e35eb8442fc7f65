import type { ShellCommand, ShellWord } from "../../format/shell/commands.ts";
import { readCommands } from "../../format/shell/commands.ts";
import { PACKAGE_MANAGERS } from "./package-managers.ts";
import type { ManagerVerb, PackageManager } from "./package-managers.ts";

/** One call of a package manager in a text. */
export interface ManagerUse {
  readonly manager: PackageManager;
  readonly program: string;
  readonly verb: ManagerVerb;
}

/** True for what needs the manager's index in its own layer. */
export function needsIndex({ verb }: ManagerUse): boolean {
  return verb === "install" || verb === "fetch";
}

/** A call with its place in the text. */
export interface ManagerCall extends ManagerUse {
  readonly command: ShellCommand;
  /** The program's name and the sub-command. */
  readonly programWord: ShellWord;
  readonly verbWord: ShellWord;
  /** All words after the program. */
  readonly words: readonly ShellWord[];
}

/** Words that may stand before a program and leave it the same ("sudo -E", "env A=b", "command"). */
const BEFORE = /^(?:sudo|doas|env|command|nice|time|exec|eatmydata|-[EHnk]+|[A-Za-z_]\w*=.*)$/;

const ANY_PROGRAM = new RegExp(PACKAGE_MANAGERS.flatMap(({ programs }) => programs).join("|"));

/** The calls of package managers in a text, in its order. */
export function readManagerCalls(text: string): ManagerCall[] {
  if (!ANY_PROGRAM.test(text)) return [];
  return readCommands(text).flatMap((command) => {
    const call = managerCall(command);
    return call === null ? [] : [call];
  });
}

/** True for a text that only refreshes an index or cleans caches: the Draft does both where they belong. */
export function isUpkeep(text: string): boolean {
  if (!ANY_PROGRAM.test(text) && !text.includes("/var/")) return false;
  const commands = readCommands(text);
  return (
    commands.length > 0 &&
    commands.every((command) => {
      const verb = managerCall(command)?.verb;
      return verb === "refresh" || verb === "clean" || isCacheRemoval(command);
    })
  );
}

function isCacheRemoval(command: ShellCommand): boolean {
  const text = command.words.map((word) => word.value ?? word.text).join(" ");
  return PACKAGE_MANAGERS.some((manager) => manager.cleaned.test(text.replace(/^sudo /, "")));
}

function managerCall(command: ShellCommand): ManagerCall | null {
  const at = command.words.findIndex((word) => !BEFORE.test(word.value ?? ""));
  const programWord = command.words[at];
  if (programWord?.value === null || programWord === undefined) return null;
  const words = command.words.slice(at + 1);
  const program = programWord.value.replace(/^.*\//, "");
  const found = PACKAGE_MANAGERS.find((manager) => manager.programs.includes(program));
  if (found === undefined) return pythonModule(command, { programWord, program, words });
  return callOf(found, command, { programWord, program, words });
}

interface Program {
  readonly programWord: ShellWord;
  readonly program: string;
  readonly words: readonly ShellWord[];
}

/** `python3 -m pip install …` is pip. */
function pythonModule(command: ShellCommand, call: Program): ManagerCall | null {
  const [dash, module, ...words] = call.words;
  const isModule = /^python[\d.]*$/.test(call.program) && dash?.value === "-m";
  const found = PACKAGE_MANAGERS.find(({ name }) => name === "pip" && module?.value === "pip");
  if (!isModule || found === undefined || module === undefined) return null;
  return callOf(found, command, { ...call, programWord: module, words });
}

function callOf(manager: PackageManager, command: ShellCommand, call: Program): ManagerCall | null {
  const { words, program, programWord } = call;
  const isVersioned = (word: ShellWord): boolean => Object.hasOwn(manager.verbs, word.value ?? "") || !(word.value ?? "-").startsWith("-");
  const verbWord = words.find((word, index) => isVersioned(word) && !isOptionValue(words[index - 1]));
  const verb = manager.verbs[verbWord?.value ?? ""];
  if (verb === undefined || verbWord === undefined) return null;
  return { manager, program, verb, command, programWord, verbWord, words };
}

/** Options of package managers whose value is the next word. */
function isOptionValue(before: ShellWord | undefined): boolean {
  return ["-o", "-c", "-t", "--option", "--config-file", "--target-release", "--prefix"].includes(before?.value ?? "");
}
