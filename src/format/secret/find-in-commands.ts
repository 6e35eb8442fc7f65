import { findInArguments } from "./find-in-arguments.ts";
import { isSecretPath } from "./secret-path.ts";
import { isPlaceholder } from "./secret-value.ts";
import { readShellCommands, type ShellCommand, type TextRange } from "./shell-words.ts";
import { type SecretSpan, withoutQuotes } from "./span.ts";
import { INPUT_RULES, PRINTING_COMMANDS } from "./tables/commands.ts";
import { actingWords, baseNameOf } from "./command-name.ts";

/** Deeper than this nobody nests `sh -c "…"`; it bounds the work on a hostile text. */
const DEEPEST = 4;

/** Secrets known by the command they are given to: in its arguments, its input, or the secret file it writes. */
export function findInCommands(text: string, depth = 0): SecretSpan[] {
  const commands = readShellCommands(text);
  return commands.flatMap((command) => [
    ...findInArguments(text, command),
    ...findInInput(text, command, commands),
    ...(depth < DEEPEST ? findInNested(text, command, depth) : []),
  ]);
}

/** `sh -c "mysql -phunter2"`, `alias db='mysql -phunter2'`: a quoted text can be a command line itself. */
function findInNested(text: string, command: ShellCommand, depth: number): SecretSpan[] {
  return command.words
    .filter((word) => /["']/.test(word.raw) && /\s/.test(word.value))
    .flatMap((word) => {
      const before = /^[^\s"'=]{1,100}=(?=\$?["'])/.exec(word.raw)?.[0].length ?? 0;
      const inner = withoutQuotes(text, { start: word.start + before, end: word.end, name: "" });
      // Without quotes around all of it, it would be read again and again as it is.
      if (inner.end - inner.start >= word.end - word.start) return [];
      const spans = findInCommands(text.slice(inner.start, inner.end), depth + 1);
      return spans.map((span) => ({ ...span, start: span.start + inner.start, end: span.end + inner.start }));
    });
}

function findInInput(text: string, command: ShellCommand, commands: readonly ShellCommand[]): SecretSpan[] {
  if (command.words.length === 0) return [];
  const own = command.inputs.length === 0 ? null : howItReads(command);
  const reader = command.pipedTo === null ? undefined : commands[command.pipedTo];
  const piped = reader === undefined ? null : (howItReads(reader) ?? (writesSecretFile(reader) ? WHOLE_LINES : null));
  const spans: SecretSpan[] = [];
  if (own !== null || writesSecretFile(command)) spans.push(...linesIn(text, command.inputs, own ?? WHOLE_LINES));
  const how = piped ?? (writesSecretFile(command) ? WHOLE_LINES : null);
  if (how !== null) spans.push(...linesIn(text, [...command.inputs, ...printed(command, how)], how));
  return spans;
}

interface Reading {
  readonly name: string;
  readonly behindColon: boolean;
  readonly isOneWord: boolean;
}

const WHOLE_LINES: Reading = { name: "content of a secret file", behindColon: false, isOneWord: false };

function howItReads(command: ShellCommand): Reading | null {
  const words = actingWords(command);
  for (const rule of INPUT_RULES) {
    const at = words.findIndex((word) => rule.command.test(baseNameOf(word.value)));
    const word = words[at];
    if (word === undefined) continue;
    const isMeant = rule.word === undefined || words.slice(at + 1).some((other) => rule.word?.test(other.value));
    if (isMeant) return { name: `input of ${baseNameOf(word.value)}`, behindColon: rule.behindColon, isOneWord: rule.isOneWord === true };
  }
  return null;
}

function writesSecretFile(command: ShellCommand): boolean {
  if (command.outputs.some((target) => isSecretPath(target.value))) return true;
  const names = command.words.map((word) => baseNameOf(word.value));
  return names.includes("tee") && command.words.some((word) => isSecretPath(word.value));
}

/** The words that a printing command prints. */
function printed(command: ShellCommand, how: Reading): TextRange[] {
  const at = command.words.findIndex((word) => PRINTING_COMMANDS.has(baseNameOf(word.value)));
  if (at === -1) return [];
  const words = command.words.slice(at + 1).filter((word) => !/^-(?:[neE]+|-)$/.test(word.value));
  const hasFormat = words.length > 1 && (words[0]?.value.includes("%") ?? false);
  if (!hasFormat) return words;
  const values = words.slice(1);
  return how.behindColon && !values.some((word) => word.value.includes(":")) ? values.slice(-1) : values;
}

/** Each line of the ranges; a written `\n` ends a line too. */
function linesIn(text: string, ranges: readonly TextRange[], how: Reading): SecretSpan[] {
  return ranges.flatMap((range) => {
    const inner = withoutQuotes(text, { ...range, name: how.name });
    const spans: SecretSpan[] = [];
    let start = inner.start;
    for (const [index, part] of text
      .slice(inner.start, inner.end)
      .split(/(\\n|\n)/)
      .entries()) {
      if (index % 2 === 0) spans.push(...secretOfLine(part, start, how));
      start += part.length;
    }
    return spans;
  });
}

function secretOfLine(line: string, start: number, how: Reading): SecretSpan[] {
  const colon = how.behindColon ? line.indexOf(":") : -1;
  const value = line.slice(colon + 1).trim();
  if (isPlaceholder(value) || (how.isOneWord && /\s/.test(value))) return [];
  const from = start + colon + 1 + (line.length - colon - 1 - line.slice(colon + 1).trimStart().length);
  return [{ start: from, end: from + value.length, name: how.name }];
}
