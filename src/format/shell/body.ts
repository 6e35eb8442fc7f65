import { print } from "unbash/printer";
import type { Script, Statement, SyntaxNode } from "unbash";
import { recall } from "./recall.ts";
import { hasSyntaxError, parseShell, walkShell } from "./syntax.ts";

/** A text without the blanks and comments around it, and how it may stand in a list of commands. */
export interface ShellBody {
  /** Ends with the last command, or with the closing line of its last here-document. */
  readonly text: string;
  readonly isEmpty: boolean;
  /** It must be put into `{ …; }` to stand between `&&`. */
  readonly needsGroup: boolean;
  readonly hasHereDocument: boolean;
  /** Its last command ends with `&`. */
  readonly endsInBackground: boolean;
  /** One command, all of it in the background: its text without the `&`. */
  readonly foreground: string | null;
}

/** Cuts a shell text to what runs. */
export function readBody(text: string): ShellBody {
  return bodyRecalled(text);
}

const bodyRecalled = recall((text): ShellBody => {
  const script = parseShell(text);
  const first = script.commands[0];
  const last = script.commands.at(-1);
  if (first === undefined || last === undefined) return { ...EMPTY };
  if (hasSyntaxError(text)) return { ...EMPTY, text: text.trim(), isEmpty: false, needsGroup: true };
  const hereDocuments = hereDocumentEnds(script);
  const end = Math.max(last.end, ...hereDocuments);
  const isAlone = script.commands.length === 1;
  return {
    text: text.slice(first.pos, end),
    isEmpty: false,
    needsGroup: !isAlone || !isChain(first) || hereDocuments.length > 0,
    hasHereDocument: hereDocuments.length > 0,
    endsInBackground: last.background === true,
    foreground: isAlone && hereDocuments.length === 0 ? withoutAmpersand(text, first) : null,
  };
});

const EMPTY: ShellBody = {
  text: "",
  isEmpty: true,
  needsGroup: false,
  hasHereDocument: false,
  endsInBackground: false,
  foreground: null,
};

function hereDocumentEnds(script: Script): number[] {
  const ends: number[] = [];
  walkShell(script, ({ node, isInText }) => {
    if (node.type === "HereDoc" && isInText) ends.push(node.closing?.end ?? node.body.end);
  });
  return ends;
}

/** A statement that binds as tightly as `&&`. */
function isChain(statement: Statement): boolean {
  if (statement.background === true) return false;
  return statement.command.type !== "AndOr" || !statement.command.operators.includes("||");
}

function withoutAmpersand(text: string, statement: Statement): string | null {
  if (statement.background !== true) return null;
  const command = text.slice(statement.pos, statement.end).replace(/\s*&$/, "");
  const isApart = statement.command.type === "Subshell";
  return isApart ? command : `( ${command} )`;
}

/** The links of a list that is joined by `&&` alone; the whole text where it is anything else. */
export function chainLinks(text: string): string[] {
  const [statement, ...more] = parseShell(text).commands;
  const chain = statement?.command;
  if (hasSyntaxError(text)) return [text];
  const isOther = chain?.type !== "AndOr" || statement?.background === true || more.length > 0;
  if (isOther || chain.operators.includes("||") || /<<(?!<)/.test(text)) return [text];
  return chain.commands.map(({ pos, end }) => text.slice(pos, end));
}

/**
 * The text as lines that mean the same when they are joined without newlines (a newline that ended a command became
 * `;`, comments are gone); null when a newline is part of a word or a here-document.
 */
export function joinableLines(text: string): string[] | null {
  if (!text.includes("\n")) return [text];
  const script = parseShell(text);
  const marks = readMarks(script);
  const lines: string[] = [];
  let start = 0;
  for (let at = text.indexOf("\n"); start <= text.length; at = text.indexOf("\n", start)) {
    const end = at === -1 ? text.length : at;
    if (at !== -1 && isInside(marks.atoms, at)) return null;
    const line = joinableLine(text, { start, end, isLast: at === -1 }, marks);
    if (line.trim() !== "") lines.push(line);
    start = end + 1;
  }
  const joined = lines.join(" ");
  return !hasSyntaxError(joined) && print(parseShell(joined)) === print(script) ? lines : null;
}

interface Marks {
  readonly atoms: readonly (readonly [number, number])[];
  /** Where a command list ends unless something is added. */
  readonly ends: ReadonlySet<number>;
}

const ATOMS: ReadonlySet<string> = new Set(["Word", "Assignment", "HereDoc", "HereDocBody", "ArithmeticCommand", "TestCommand"]);

function readMarks(script: Script): Marks {
  const atoms: [number, number][] = [];
  const ends = new Set<number>();
  walkShell(script, ({ node, isInText }) => {
    if (!isInText) return;
    if (ATOMS.has(node.type)) atoms.push([node.pos, node.end]);
    if (node.type === "Statement" && node.background !== true) ends.add(node.end);
    const listEnd = wordListEnd(node);
    if (listEnd !== null) ends.add(listEnd);
  });
  return { atoms, ends };
}

function wordListEnd(node: SyntaxNode): number | null {
  if (node.type !== "For" && node.type !== "Select") return null;
  return node.wordlist?.at(-1)?.end ?? node.name.end;
}

function isInside(ranges: Marks["atoms"], at: number): boolean {
  return ranges.some(([pos, end]) => pos <= at && at < end);
}

function joinableLine(text: string, range: { start: number; end: number; isLast: boolean }, marks: Marks): string {
  const comment = commentStart(text, range, marks);
  const line = text.slice(range.start, comment ?? range.end).trimEnd();
  if (comment === null && !range.isLast && line.endsWith("\\")) return line.slice(0, -1).trimEnd();
  const isEnd = marks.ends.has(range.start + line.length);
  return isEnd && !range.isLast && line.trim() !== "" ? `${line};` : line;
}

function commentStart(text: string, range: { start: number; end: number }, marks: Marks): number | null {
  for (let at = range.start; at < range.end; at += 1) {
    if (text[at] !== "#" || isInside(marks.atoms, at)) continue;
    if (at === range.start || /[\s;&|()]/.test(text[at - 1] ?? "")) return at;
  }
  return null;
}
