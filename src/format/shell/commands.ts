import type { Assignment, Command, Redirection, RedirectDescriptor, SyntaxNode, Word } from "unbash";
import { recall } from "./recall.ts";
import { parseShell, staticValue, walkShell } from "./syntax.ts";
import type { Place } from "./syntax.ts";

/** A word as typed, and its value where nothing in it is expanded. */
export interface ShellWord {
  readonly text: string;
  readonly value: string | null;
  readonly pos: number;
  readonly end: number;
}

export interface ShellRedirection {
  readonly operator: string;
  /** The descriptor as a number; null where the operator's own is meant or a variable names it. */
  readonly descriptor: number | null;
  /** Null for a here-document. */
  readonly target: ShellWord | null;
  /** The body of a here-document, and whether its delimiter was quoted (nothing in it is expanded). */
  readonly body: string | null;
  readonly isQuoted: boolean;
}

/** One simple command, wherever it stands: in a pipeline, loop, function, substitution. */
export interface ShellCommand {
  /** Its name where nothing in it is expanded. */
  readonly name: string | null;
  /** The name and the arguments, without assignments in front and without redirections. */
  readonly words: readonly ShellWord[];
  /** "NAME=value" in front, as typed. */
  readonly assignments: readonly { readonly name: string; readonly text: string }[];
  readonly redirections: readonly ShellRedirection[];
  readonly pos: number;
  readonly end: number;
  /** Positions count in the given text (they do not inside back quotes). */
  readonly isInText: boolean;
  readonly isInFunction: boolean;
  readonly isInSubstitution: boolean;
}

/** Every simple command of a shell text, in its order. */
export function readCommands(text: string): readonly ShellCommand[] {
  return commandsRecalled(text);
}

const commandsRecalled = recall((text) => {
  const commands: ShellCommand[] = [];
  walkShell(parseShell(text), (place) => {
    if (place.node.type === "Command") commands.push(commandAt(place.node, place));
  });
  return commands;
});

/** All redirections of a shell text, those of loops and groups too. */
export function readRedirections(text: string): readonly ShellRedirection[] {
  return redirectionsRecalled(text);
}

const redirectionsRecalled = recall((text) => {
  const redirections: ShellRedirection[] = [];
  walkShell(parseShell(text), ({ node }) => {
    if (isRedirection(node)) redirections.push(redirectionOf(node));
  });
  return redirections;
});

function isRedirection(node: SyntaxNode): node is Redirection {
  return node.type === "Redirect" || node.type === "HereString" || node.type === "HereDoc";
}

function commandAt(node: Command, place: Place): ShellCommand {
  const words = [...(node.name === undefined ? [] : [node.name]), ...node.args].map(wordOf);
  return {
    name: words[0]?.value ?? null,
    words,
    assignments: node.prefix.filter((part): part is Assignment => part.type === "Assignment").map(({ name, text }) => ({ name, text })),
    redirections: node.redirects.map(redirectionOf),
    pos: node.pos,
    end: node.end,
    isInText: place.isInText,
    isInFunction: place.above.some((above) => above.type === "Function"),
    isInSubstitution: place.above.some(isSubstitution),
  };
}

function isSubstitution(node: SyntaxNode): boolean {
  return node.type === "CommandExpansion" || node.type === "ArithmeticCommandExpansion" || node.type === "ProcessSubstitution";
}

function wordOf(word: Word | Assignment): ShellWord {
  const { text, pos, end } = word;
  if (word.type === "Word") return { text, value: staticValue(word), pos, end };
  const value = word.value.type === "Word" ? staticValue(word.value) : null;
  const sign = word.append === true ? "+=" : "=";
  const isPlain = value !== null && word.index === undefined;
  return { text, value: isPlain ? `${word.name}${sign}${value}` : null, pos, end };
}

function redirectionOf(node: Redirection): ShellRedirection {
  const isHere = node.type === "HereDoc";
  return {
    operator: node.operator,
    descriptor: descriptorOf(node.descriptor),
    target: isHere || node.target === undefined ? null : wordOf(node.target),
    body: isHere ? node.body.text : null,
    isQuoted: isHere && node.delimiter?.quoted === true,
  };
}

function descriptorOf(descriptor: RedirectDescriptor | undefined): number | null {
  return descriptor?.type === "FileDescriptor" ? descriptor.value : null;
}
