import type { Command, SyntaxNode, Word } from "unbash";
import { recall } from "./recall.ts";
import { parseShell, staticValue, walkShell } from "./syntax.ts";

/** What of its shell's state a text refers to. Names are sorted and unique. */
export interface ShellUse {
  /** Variables whose value it may read before it set them itself. */
  readonly reads: readonly string[];
  readonly assigns: readonly string[];
  /** Every first word of a command without an expansion: programs, functions, built-ins, aliases. */
  readonly names: readonly string[];
  readonly defines: readonly string[];
  /** It expands `~`, or lets a command do (`cd` without argument). */
  readonly usesHome: boolean;
  /** Its text is not all that runs (`eval`, `${!name}`, a variable as command): any variable may be read. */
  readonly isDynamic: boolean;
}

interface Notes {
  readonly reads: Set<string>;
  readonly assigns: Set<string>;
  readonly settled: Set<string>;
  readonly names: Set<string>;
  readonly defines: Set<string>;
  usesHome: boolean;
  isDynamic: boolean;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const NAMES = /[A-Za-z_][A-Za-z0-9_]*/g;

/** Built-ins whose plain arguments are names of variables: read, set, or both. */
const NAMING: Readonly<Record<string, "read" | "set" | "both">> = {
  export: "read",
  readonly: "read",
  declare: "read",
  typeset: "read",
  unset: "set",
  read: "set",
  mapfile: "set",
  readarray: "set",
  getopts: "set",
  local: "set",
  let: "both",
};

/** What a shell text reads, sets, calls and defines, by its parse. */
export function readUse(text: string): ShellUse {
  return useRecalled(text);
}

const useRecalled = recall((text): ShellUse => {
  const notes: Notes = {
    reads: new Set(),
    assigns: new Set(),
    settled: new Set(),
    names: new Set(),
    defines: new Set(),
    usesHome: false,
    isDynamic: false,
  };
  walkShell(parseShell(text), ({ node, above }) => note(node, above, notes));
  const sorted = (names: Set<string>): string[] => [...names].toSorted();
  return {
    reads: sorted(notes.reads),
    assigns: sorted(notes.assigns),
    names: sorted(notes.names),
    defines: sorted(notes.defines),
    usesHome: notes.usesHome || notes.reads.has("HOME"),
    isDynamic: notes.isDynamic,
  };
});

function note(node: SyntaxNode, above: readonly SyntaxNode[], notes: Notes): void {
  if (node.type === "SimpleExpansion") noteRead(node.text.slice(1), notes);
  if (node.type === "ParameterExpansion") {
    noteRead(node.parameter, notes);
    notes.isDynamic ||= node.prefix === "!" && node.operation?.type !== "Names" && node.index === undefined;
    if (node.operation?.type === "Default" && node.operation.operator.endsWith("=")) notes.assigns.add(node.parameter);
  }
  if (node.type === "ArithmeticWord") noteNames(node.value, notes);
  if (node.type === "TestUnary" && ["-v", "-R"].includes(node.operator)) noteNames(node.operand.text, notes);
  if (node.type === "Word" && /^~(?:$|\/)/.test(node.text)) notes.usesHome = true;
  if (node.type === "For" || node.type === "Select") noteAssigned(node.name.value, notes);
  if (node.type === "Function") notes.defines.add(node.name.value);
  if (node.type === "Assignment") noteAssignment(node, above, notes);
  if (node.type === "Command") noteCommand(node, notes);
}

function noteRead(name: string, notes: Notes): void {
  if (NAME.test(name) && !notes.settled.has(name)) notes.reads.add(name);
}

function noteNames(text: string, notes: Notes): void {
  for (const name of text.match(NAMES) ?? []) noteRead(name, notes);
}

function noteAssigned(name: string, notes: Notes): void {
  notes.assigns.add(name);
  notes.settled.add(name);
}

/** `NAME=value` alone, first in the text's order and always run, settles what a later `$NAME` reads. */
function noteAssignment(node: SyntaxNode & { type: "Assignment" }, above: readonly SyntaxNode[], notes: Notes): void {
  if (node.index !== undefined) noteNames(node.index.text, notes);
  if (node.value.type === "Word" && /^~(?:$|\/)/.test(node.value.text)) notes.usesHome = true;
  const command = above.at(-1);
  const isOwn = command?.type === "Command" && command.name === undefined;
  const isAdding = node.append === true || node.index !== undefined;
  if (isAdding) noteRead(node.name, notes);
  const reads = new Set<string>();
  walkShell(node, (inner) => {
    if (inner.node.type === "SimpleExpansion") reads.add(inner.node.text.slice(1));
    if (inner.node.type === "ParameterExpansion") reads.add(inner.node.parameter);
  });
  if (reads.has(node.name)) noteRead(node.name, notes);
  if (!isOwn && command?.type === "Command" && !isNaming(command)) return;
  notes.assigns.add(node.name);
  if (isAlwaysRun(above)) notes.settled.add(node.name);
}

function isNaming(command: Command): boolean {
  return command.name !== undefined && (NAMING[command.name.value] ?? "") !== "";
}

function isAlwaysRun(above: readonly SyntaxNode[]): boolean {
  return above.every(({ type }) => type === "Script" || type === "Statement" || type === "Command");
}

function noteCommand(node: Command, notes: Notes): void {
  if (node.name === undefined) return;
  const name = staticValue(node.name);
  if (name === null) notes.isDynamic = true;
  else notes.names.add(name);
  const words = node.args.filter((arg): arg is Word => arg.type === "Word");
  const how = name === null ? undefined : NAMING[name];
  for (const word of how === undefined ? [] : words) noteNaming(word, how ?? "read", notes);
  if (name === "printf" && words[0]?.value === "-v" && words[1] !== undefined) notes.assigns.add(words[1].value);
  if (name === "cd" && words.length === 0) notes.usesHome = true;
  if (name === "eval" || name === "." || name === "source") notes.isDynamic = true;
}

function noteNaming(word: Word, how: "read" | "set" | "both", notes: Notes): void {
  if (how !== "set") noteNames(word.value.replace(/^-.*/, ""), notes);
  const name = NAME.exec(word.value)?.[0];
  if (how !== "read" && name !== undefined) notes.assigns.add(name);
}
