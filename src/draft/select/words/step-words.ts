import { readCommands, readRedirections } from "../../../format/shell/commands.ts";
import type { ShellCommand, ShellRedirection, ShellWord } from "../../../format/shell/commands.ts";
import { joinWords } from "../../../format/shell/quote.ts";
import { recallBy } from "../../../format/shell/recall.ts";
import type { ShellState, Step } from "../../../history/model.ts";
import type { TimedStep } from "../../model.ts";
import { WRAPPERS } from "../../tables/commands.ts";
import { expandWord, resolvePath, splitWord } from "./expand-word.ts";
import { overwrittenBy } from "../judge/overwritten.ts";

/** What a Step's text says about itself; with unknown expansions it says too much rather than too little. */
export interface StepWords {
  /** The shell text that ran, with the functions and aliases that it used. */
  readonly text: string;
  readonly commands: readonly ShellCommand[];
  /** Programs, functions and built-ins that may run, as typed. */
  readonly names: ReadonlySet<string>;
  /** Absolute paths that it names. */
  readonly mentions: ReadonlySet<string>;
  /** Absolute folders some of whose contents it may mean: globs, expansions that are not known. */
  readonly folders: ReadonlySet<string>;
  /** Absolute paths whose whole content it writes anew. */
  readonly overwrites: ReadonlySet<string>;
}

/** The words of a Step, resolved by its shell's state; the paths among them when somebody asks. */
export function readWords(timed: TimedStep): StepWords {
  const { step, before } = timed;
  if (before === null) return wordsOf(textOf(step), timed);
  const known = wordsKnown(before);
  const key = [textOf(step), step.cwd, step.identity.home].join("\0");
  const words = known.get(key) ?? wordsOf(textOf(step), timed);
  known.set(key, words);
  return words;
}

/** The same text says the same in the same state. */
const wordsKnown = recallBy((_state: ShellState) => new Map<string, StepWords>());

function wordsOf(own: string, timed: TimedStep): StepWords {
  const typed = withLastWords(readCommands(own));
  const called = calledTexts(typed, timed.before);
  const commands = called.length === 0 ? typed : [...typed, ...called.flatMap(readCommands)];
  const texts = [own, ...called];
  let known: Resolved | null = null;
  const resolved = (): Resolved => (known ??= resolveWords(timed, texts, commands));
  return {
    text: texts.join("\n"),
    commands,
    get names(): ReadonlySet<string> {
      return resolved().names;
    },
    get mentions(): ReadonlySet<string> {
      return resolved().mentions;
    },
    get folders(): ReadonlySet<string> {
      return resolved().folders;
    },
    get overwrites(): ReadonlySet<string> {
      return resolved().overwrites;
    },
  };
}

/** `mkdir a && cd $_`: the last word of the command before. */
function withLastWords(commands: readonly ShellCommand[]): readonly ShellCommand[] {
  return commands.map((command, index) => {
    const last = commands[index - 1]?.words.at(-1);
    const isLast = ({ text }: ShellWord): boolean => text === "$_" || text === '"$_"';
    if (last === undefined || !command.words.some(isLast)) return command;
    return { ...command, words: command.words.map((word) => (isLast(word) ? last : word)) };
  });
}

type Resolved = Pick<StepWords, "names" | "mentions" | "folders" | "overwrites">;

function resolveWords(timed: TimedStep, texts: readonly string[], commands: readonly ShellCommand[]): Resolved {
  const { step, before } = timed;
  const view: View = { before, cwds: workingFolders(timed, commands), home: step.identity.home };
  const notes: Notes = { named: new Set(), mentions: new Set(), folders: new Set() };
  for (const command of commands) noteCommand(command, view, notes);
  const redirections = texts.flatMap(readRedirections);
  for (const { target, body } of redirections) {
    if (target !== null) noteWord(target.text, view, notes);
    if (body !== null && !isPlainText(commands)) noteText(body.slice(0, 20_000), view, notes);
  }
  const written = overwrittenBy(redirections, commands).flatMap((word) => exactPaths(word, view));
  const read = written.length === 0 ? null : readFirst(commands, redirections, view);
  const overwrites = new Set(written.filter((path) => read?.has(path) !== true));
  return { names: notes.named, mentions: notes.mentions, folders: notes.folders, overwrites };
}

/** The shell text of a Step: what ran after history expansion; quoted arguments where there was no shell. */
export function textOf(step: Step): string {
  return step.argv !== null && step.ran === "" ? joinWords(step.argv) : step.ran;
}

/** True when a Step's shell has functions or aliases, whose texts may be what runs. */
export function isCalling({ timed: { before } }: { readonly timed: TimedStep }): boolean {
  return before !== null && (Object.keys(before.functions).length > 0 || Object.keys(before.aliases).length > 0);
}

/** May be one path with a space or the like in it. */
const UNSPLIT = /^[^-\n][^\n]{0,250}[\s;|&<>()'"`,=:{}]|^[\s;|&<>()'"`,=:{}]./u;

interface View {
  readonly before: ShellState | null;
  readonly cwds: readonly string[];
  readonly home: string;
}

interface Notes {
  readonly named: Set<string>;
  readonly mentions: Set<string>;
  readonly folders: Set<string>;
}

/** Bodies of the functions and aliases that the commands call, and of those that these call. */
function calledTexts(commands: readonly ShellCommand[], state: ShellState | null): string[] {
  const texts: string[] = [];
  const seen = new Set<string>();
  let open = commands;
  while (state !== null && open.length > 0) {
    const names = open.flatMap(({ name }) => (name === null || seen.has(name) ? [] : [name]));
    const bodies = names.flatMap((name) => [ownValue(state.aliases, name), ownValue(state.functions, name)].flatMap((body) => body ?? []));
    for (const name of names) seen.add(name);
    texts.push(...bodies);
    open = bodies.flatMap(readCommands);
  }
  return texts;
}

function ownValue(texts: Readonly<Record<string, string>>, name: string): string | null {
  return Object.hasOwn(texts, name) ? (texts[name] ?? null) : null;
}

function workingFolders({ step, before }: TimedStep, commands: readonly ShellCommand[]): string[] {
  const folders = [step.cwd];
  for (const { name, words } of commands) {
    const target = words.at(-1)?.text;
    if ((name !== "cd" && name !== "pushd") || target === undefined || words.length < 2) continue;
    folders.push(resolvePath(expandWord(target, before, step.identity.home).value, folders.at(-1) ?? "/"));
  }
  return folders;
}

function noteCommand(command: ShellCommand, view: View, notes: Notes): void {
  const [first, ...rest] = command.words;
  if (first !== undefined) {
    const name = expandWord(first.text, view.before, view.home).value;
    notes.named.add(name);
    if (name.includes("/")) noteWord(first.text, view, notes);
    const values = WRAPPERS.has(name) ? rest.map(({ text }) => expandWord(text, view.before, view.home).value) : [];
    for (const value of values) noteNames(value, notes);
    if (values.some((value) => /^-[a-z]*c$/u.test(value))) for (const value of values) noteGlobs(value, view, notes);
  }
  for (const word of rest) noteWord(word.text, view, notes);
  for (const { text } of command.assignments) noteWord(text, view, notes);
}

/** What the text of `sh -c` means by `*`. */
function noteGlobs(text: string, view: View, notes: Notes): void {
  for (const part of splitWord(text)) {
    const start = part.search(/[*?[]/u);
    if (start === -1) continue;
    const folder = part.slice(0, part.lastIndexOf("/", start) + 1);
    for (const cwd of view.cwds) notes.folders.add(resolvePath(folder === "" ? "." : folder, cwd));
  }
}

function noteNames(value: string, notes: Notes): void {
  for (const part of splitWord(value)) notes.named.add(part);
}

function noteWord(text: string, view: View, notes: Notes): void {
  const { value, isPartial } = expandWord(text, view.before, view.home);
  if (isPartial) {
    const start = splitWord(value).at(-1) ?? "";
    const folder = value.endsWith(start) ? start.slice(0, start.lastIndexOf("/") + 1) : "";
    for (const cwd of view.cwds) notes.folders.add(resolvePath(folder === "" ? "." : folder, cwd));
  }
  noteText(value, view, notes);
}

function noteText(text: string, view: View, notes: Notes): void {
  if (UNSPLIT.test(text)) for (const cwd of view.cwds) notes.mentions.add(resolvePath(text, cwd));
  for (const part of splitWord(text)) {
    if (part.startsWith("-") && !part.includes("/")) continue;
    const path = part.startsWith("-") ? part.slice(part.indexOf("/")) : part;
    for (const cwd of path.startsWith("/") ? ["/"] : view.cwds) notes.mentions.add(resolvePath(path, cwd));
  }
}

/** Paths that the commands use before they write them anew: `sort f > g && mv g f`. */
function readFirst(commands: readonly ShellCommand[], redirections: readonly ShellRedirection[], view: View): Set<string> {
  const read = new Set<string>();
  const written = new Set<string>();
  for (const command of commands) {
    const outputs = new Set(overwrittenBy(command.redirections, [command]));
    const inputs = isForcedRemoval(command)
      ? []
      : command.words.slice(1).filter(({ text }) => !outputs.has(text) && !text.startsWith("of="));
    for (const path of pathsIn(inputs, view)) if (!written.has(path)) read.add(path);
    for (const word of outputs) for (const path of exactPaths(word, view)) written.add(path);
  }
  const sources = redirections.flatMap(({ operator, target }) => (operator === "<" && target !== null ? [target] : []));
  for (const path of pathsIn(sources, view)) read.add(path);
  return read;
}

function isForcedRemoval({ name, words }: ShellCommand): boolean {
  return name === "rm" && words.some(({ text }) => text === "--force" || /^-[a-zA-Z]*f/u.test(text));
}

function pathsIn(words: readonly ShellWord[], view: View): Set<string> {
  const notes: Notes = { named: new Set(), mentions: new Set(), folders: new Set() };
  for (const { text } of words) noteWord(text, view, notes);
  return notes.mentions;
}

function exactPaths(text: string, view: View): string[] {
  const { value, isPartial } = expandWord(text, view.before, view.home);
  return isPartial || value === "" ? [] : view.cwds.map((cwd) => resolvePath(value, cwd));
}

/** True when a here-document's body is only written, never run. */
function isPlainText(commands: readonly ShellCommand[]): boolean {
  return commands.every(({ name }) => name === "cat" || name === "tee" || name === "mkdir");
}
