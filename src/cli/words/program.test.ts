import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CommanderError, Help, type Command } from "commander";
import { expect, test } from "vitest";
import { readCommands } from "../../format/shell/commands.ts";
import { createProgress } from "../../terminal/progress.ts";
import { createStyle } from "../../terminal/style.ts";
import type { VerbContext } from "../context.ts";
import { createProgram } from "./program.ts";

const style = createStyle(false);
const { stdin, stdout, stderr } = process;
const context: VerbContext = {
  env: {},
  home: "/",
  cwd: "/",
  stdin,
  stdout,
  stderr,
  print: () => Promise.reject(new Error("a verb ran")),
  style,
  progress: createProgress({ stream: stderr, isTerminal: false, columns: () => 80, style }),
  signal: new AbortController().signal,
  own: ["cooper"],
  clock: () => 0,
  randomHex: () => "",
};

/** What only has verbs of its own. */
function isGroup({ commands, registeredArguments }: Command): boolean {
  return commands.length > 0 && registeredArguments.length === 0;
}

/** A command line that does nothing, and throws what it does not understand. */
function idleProgram(): Command {
  const program = createProgram(context, () => undefined);
  const makeIdle = (command: Command): void => {
    command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
    if (!isGroup(command)) command.action(() => undefined);
    command.commands.forEach(makeIdle);
  };
  makeIdle(program);
  return program;
}

function verbsOf(command: Command, before = ""): readonly (readonly [string, Command])[] {
  // Without commander's own `help` of each group.
  const own = command.commands.filter((one) => new Help().visibleCommands(command).includes(one));
  return own.flatMap((one): readonly (readonly [string, Command])[] => {
    const name = `${before}${one.name()}`;
    return isGroup(one) ? verbsOf(one, `${name} `) : [[name, one], ...verbsOf(one, `${name} `)];
  });
}

function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text;
}

/** The command lines below "Example:" or "Examples:"; those after the first are indented as far. */
function examplesOf(command: Command): readonly string[] {
  const [, examples = ""] = /^Examples?: +(\S.*(?:\n {9,}\S.*)*)/mu.exec(helpOf(command)) ?? [];
  return examples.split("\n").flatMap((line) => (line === "" ? [] : [line.trim()]));
}

/** The words after `cooper` of each command, those of substitutions too. */
function cooperWords(text: string): readonly (readonly string[])[] {
  return readCommands(text).flatMap(({ name, words }) =>
    name === "cooper" ? [words.slice(1).map(({ value, text: written }) => value ?? written)] : [],
  );
}

function isUnderstood(words: readonly string[]): boolean {
  try {
    idleProgram().parse([...words], { from: "user" });
    return true;
  } catch {
    return false;
  }
}

const verbs = verbsOf(idleProgram());

test("verbs of verbs are walked too", () => {
  const names = verbs.map(([name]) => name);
  expect(names).toEqual(expect.arrayContaining(["record", "history edit", "dev exec", "engine uid-map", "scan suggest-readonly"]));
});

test.each(verbs)("the help of %s shows an example of it, which is understood", (name, command) => {
  const examples = examplesOf(command);
  expect(examples.join("\n")).toMatch(new RegExp(String.raw`\bcooper (-\S+ \S+ )*${name}(?![\w-])`, "u"));
  expect(examples.flatMap(cooperWords).filter((words) => !isUnderstood(words))).toEqual([]);
});

test.each(["-H ssh://a -c b ps", "dev init --host a --context b", "dev init --local --host a", "dev init --local --context b"])(
  "one engine is named twice: %s",
  (line) => {
    expect(isUnderstood(line.split(" "))).toBe(false);
  },
);

/** The command lines of a page: what is typed in its blocks, and what its text names. */
function linesOf(page: string): readonly string[] {
  const blocks = [...page.matchAll(/^```\w*\n([\s\S]*?)^```|^(?: {4}\S.*\n)+/gmu)].map(([block, inner = block]) => inner);
  const typed = blocks.flatMap((block) => block.match(/(?<=^ *\$ ).*/gmu) ?? block.split("\n").map((line) => line.trim()));
  const named = [...page.matchAll(/`(cooper [^`\n]+)`/gu)].map(([, line = ""]) => line);
  return [...typed, ...named].filter((line) => /\bcooper [a-z-]/u.test(line) && !/[…<[]/u.test(line));
}

const INCOMPLETE = ["commander.missingArgument", "commander.optionMissingArgument", "commander.help", "commander.helpDisplayed"];

const known = idleProgram();

/** True for words that the command line knows; a text may name a verb without its arguments. */
function isKnown(words: readonly string[]): boolean {
  try {
    known.parse([...words], { from: "user" });
    return true;
  } catch (error) {
    return error instanceof CommanderError && INCOMPLETE.includes(error.code);
  }
}

const ROOT = join(import.meta.dirname, "../../..");
const pages = ["docs/guide", "docs/findings"].flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => join(folder, name)));

test("the command lines of all pages are understood", () => {
  const lines = ["README.md", ...pages].flatMap((page) =>
    linesOf(readFileSync(join(ROOT, page), "utf8")).map((line) => ({ page, line, words: cooperWords(line) })),
  );
  expect(lines.length).toBeGreaterThan(200);
  expect(lines.filter(({ words }) => !words.every(isKnown)).map(({ page, line }) => `${page}: ${line}`)).toEqual([]);
});
