import { hasSyntaxError } from "../../format/shell/syntax.ts";
import { matchTyped, mayExpand } from "../../format/terminal-stream/match-typed.ts";
import type { TypedLine } from "../../format/terminal-stream/typed-keys.ts";

/** What a shell's history held when a command started. */
export interface HistoryEntry {
  readonly number: number;
  readonly text: string;
  /** The entry was made for this command (HISTCONTROL and HISTIGNORE may keep one out). */
  readonly isNew: boolean;
}

export interface CommandText {
  readonly typed: string;
  readonly ran: string;
  /** Lines that later commands of the same paste will use. */
  readonly rest: readonly TypedLine[];
}

/** Reads what `history 1` prints: a number, a mark, the text with its line ends. */
export function readHistoryEntry(body: string, lastNumber: number): HistoryEntry | null {
  const found = /^\s*(\d+)[* ] ([\s\S]*?)\n?$/.exec(body);
  if (found === null) return null;
  const number = Number(found[1]);
  return { number, text: found[2] ?? "", isNew: number !== lastNumber };
}

/** What zsh tells of a command: its whole text. */
export function readToldEntry(body: string): HistoryEntry | null {
  return body === "" ? null : { number: 0, text: body, isNew: true };
}

/**
 * The text of a command, of the lines that were entered for it, of what the shell says that it runs, and of what was `shown` since
 * Enter: a shell prints the line that history expansion made.
 */
export function commandText(lines: readonly TypedLine[], entry: HistoryEntry | null, shown: string): CommandText {
  const typed = plainLines(lines);
  if (entry?.isNew === true) return savedCommand(typed, entry.text);
  if (typed !== null && typed.some((line) => line.trim() !== "")) return unsavedCommand(lines, typed, shown);
  const text = entry?.text ?? "";
  return { typed: text, ran: text, rest: [] };
}

function savedCommand(lines: readonly string[] | null, ran: string): CommandText {
  if (lines === null || lines.length === 0) return { typed: ran, ran, rest: [] };
  const match = matchTyped(lines, ran);
  if (match !== null) return { typed: match.text, ran: match.text, rest: asLines(match.rest) };
  const typed = lines.join("\n");
  // A shell whose locale knows bytes only tells others as question marks.
  if (ran.includes("?") && matchTyped(lines.map(withQuestionMarks), ran) !== null) return { typed, ran: typed, rest: [] };
  return mayExpand(typed) ? { typed, ran, rest: [] } : { typed: ran, ran, rest: [] };
}

// A paste may hold several commands: the first lines that make a whole one are this one.
function unsavedCommand(lines: readonly TypedLine[], typed: readonly string[], shown: string): CommandText {
  const isPasted = lines.some((line) => line.isPasted);
  const whole = isPasted ? typed.findIndex((_, index) => !hasSyntaxError(typed.slice(0, index + 1).join("\n"))) : -1;
  const count = whole === -1 ? typed.length : whole + 1;
  const text = typed.slice(0, count).join("\n");
  const expanded = mayExpand(text) ? expandedLine(shown, text) : null;
  return { typed: text, ran: expanded ?? text, rest: asLines(typed.slice(count)) };
}

function expandedLine(shown: string, typed: string): string | null {
  const lines = shown.split(/[\r\n]+/).filter((line) => line.trim() !== "");
  const rest = lines.filter((line) => !typed.endsWith(line));
  return rest.length === 0 ? null : rest.join("\n");
}

/** The text of a command of which nothing but the entered lines is known; `echoed` is the last line as the shell's editor shows it. */
export function enteredText(lines: readonly TypedLine[], echoed: () => string | null): CommandText {
  // Of the lines that keys edited only the last is still on the screen.
  const known = lines.map((line, index) => (line.text === null && index === lines.length - 1 ? { ...line, text: echoed() } : line));
  const text = plainLines(known)?.join("\n") ?? "";
  return { typed: text, ran: text, rest: [] };
}

/** The entered lines as lines of text; null where keys edited one of them in a way that only the shell knows. */
export function plainLines(lines: readonly TypedLine[]): string[] | null {
  const texts: string[] = [];
  for (const { text } of lines) {
    if (text === null) return null;
    texts.push(...text.split("\n"));
  }
  return texts;
}

function withQuestionMarks(text: string): string {
  return Buffer.from(text)
    .toString("latin1")
    .replaceAll(/[\u0080-\u00FF]/g, "?");
}

function asLines(texts: readonly string[]): TypedLine[] {
  return texts.map((text) => ({ text, isPasted: true }));
}
