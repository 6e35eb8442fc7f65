import { isShellMade, withoutOwnParts } from "./own-names.ts";
import { readWord } from "./read-word.ts";
import type { ParsedVariable } from "./shell-text.ts";

type Pairs = (readonly [string, string])[];

interface Declaration {
  readonly name: string;
  readonly variable: ParsedVariable;
  readonly end: number;
}

/** Reads `declare -p` of bash or `typeset -p` of zsh. What cannot be understood is left out. */
export function parseDeclarations(text: string): Record<string, ParsedVariable> {
  const found: Record<string, ParsedVariable> = {};
  let at = 0;
  while (at < text.length) {
    const declaration = readDeclaration(text, at);
    if (declaration !== null) put(found, declaration.name, declaration.variable);
    at = lineEnd(text, declaration?.end ?? at);
  }
  return found;
}

/** Reads `set` and `export -p` of a POSIX shell: `NAME='value'` lines and `export NAME='value'` lines. */
export function parseAssignments(variables: string, exports: string): Record<string, ParsedVariable> {
  const exported = new Set(readAssignments(exports).map(([name]) => name));
  const found: Record<string, ParsedVariable> = {};
  for (const [name, value] of readAssignments(variables)) put(found, name, { kind: "scalar", value, exported: exported.has(name) });
  return found;
}

function put(found: Record<string, ParsedVariable>, name: string, variable: ParsedVariable): void {
  if (isShellMade(name)) return;
  const rest = withoutOwnParts(name, variable);
  if (rest !== null) found[name] = rest;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end + 1;
}

const HEAD = /(?:declare|typeset|export)((?: [-+][\w+-]+(?: \d+)?)*) ([A-Za-z_]\w*)(=?)/y;
/** zsh's pairs of a text and an array, as PATH and path. */
const TIED = /^(?:typeset|export)(?: [-+][\w+-]+(?: \d+)?)* \w+ \w+=\(/;

function readDeclaration(text: string, at: number): Declaration | null {
  HEAD.lastIndex = at;
  const head = HEAD.exec(text);
  if (head === null) return null;
  const [all, flags = "", name = "", equals] = head;
  const exported = /-\w*x/.test(flags) || all.startsWith("export");
  const isMap = /-\w*A/.test(flags);
  const isArray = /-\w*a/.test(flags);
  const start = at + all.length;
  const tied = /-\w*T/.test(flags) ? TIED.exec(text.slice(at, at + all.length + 256)) : null;
  if (tied !== null) return { name, ...readTied(text, { at: at + tied[0].length, isMap: false, exported }) };
  if (equals !== "=") return { name, variable: empty(isMap, isArray, exported), end: start };
  if (text[start] === "(") return { name, ...readList(text, { at: start + 1, isMap, exported }) };
  const word = readWord(text, start);
  return { name, variable: { kind: "scalar", value: word.value, exported }, end: word.end };
}

function empty(isMap: boolean, isArray: boolean, exported: boolean): ParsedVariable {
  if (isMap) return { kind: "map", value: [], exported };
  return isArray ? { kind: "array", value: [], exported } : { kind: "scalar", value: "", exported };
}

interface ListStart {
  readonly at: number;
  readonly isMap: boolean;
  readonly exported: boolean;
}

function readTied(text: string, start: ListStart): { variable: ParsedVariable; end: number } {
  const { variable, end } = readList(text, start);
  const values = typeof variable.value === "string" ? [] : variable.value.map(([, value]) => value);
  return { variable: { kind: "scalar", value: values.join(":"), exported: start.exported }, end };
}

// `([0]="a" [1]="b")` of bash, `( a b )` and `( [k]=v )` of zsh; zsh's arrays count from 1.
function readList(text: string, start: ListStart): { variable: ParsedVariable; end: number } {
  const pairs: Pairs = [];
  let at = skipBlanks(text, start.at);
  while (at < text.length && text[at] !== ")") {
    const entry = readListEntry(text, at, String(pairs.length + 1));
    pairs.push(entry.pair);
    at = skipBlanks(text, Math.max(entry.end, at + 1));
  }
  return { variable: { kind: start.isMap ? "map" : "array", value: pairs, exported: start.exported }, end: at };
}

function readListEntry(text: string, at: number, position: string): { pair: readonly [string, string]; end: number } {
  if (text[at] !== "[") {
    const word = readWord(text, at);
    return { pair: [position, word.value], end: word.end };
  }
  const key = readKey(text, at + 1);
  const word = readWord(text, key.end);
  return { pair: [key.value, word.value], end: word.end };
}

// Up to `]=`; a key with special characters is quoted.
function readKey(text: string, at: number): { value: string; end: number } {
  if (/["'$]/.test(text[at] ?? "")) {
    const close = text[at] === "$" ? at + 1 : at;
    const quote = text[close] ?? "";
    for (let end = close + 1; end < text.length; end++) {
      if (text[end] === "\\" && quote === '"') end++;
      else if (text[end] === "\\" && close > at) end++;
      else if (text[end] === quote && text.startsWith("]=", end + 1))
        return { value: readWord(text.slice(at, end + 1), 0).value, end: end + 3 };
    }
  }
  const end = text.indexOf("]=", at);
  return end === -1 ? { value: text.slice(at), end: text.length } : { value: text.slice(at, end), end: end + 2 };
}

function skipBlanks(text: string, at: number): number {
  let index = at;
  while (" \t\n".includes(text[index] ?? "x")) index++;
  return index;
}

function readAssignments(text: string): (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  const head = /(?:export )?([A-Za-z_]\w*)(=?)/y;
  for (let at = 0; at < text.length;) {
    head.lastIndex = at;
    const found = head.exec(text);
    const word = found === null ? null : readWord(text, head.lastIndex);
    if (found !== null && word !== null) pairs.push([found[1] ?? "", found[2] === "=" ? word.value : ""]);
    at = lineEnd(text, word?.end ?? at);
  }
  return pairs;
}
