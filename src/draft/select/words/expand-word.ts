import type { ShellState } from "../../../history/model.ts";

/** What a word stands for, as far as it is known. */
export interface Expanded {
  readonly value: string;
  /** Something follows `value` that is not known (a substitution, a glob, an unknown variable). */
  readonly isPartial: boolean;
}

const VARIABLE = /^\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/u;

/** Expands a word as typed: quotes, `~`, plain variables of the state; stops at the first thing that is not known. */
export function expandWord(text: string, state: ShellState | null, home: string): Expanded {
  const start = text.startsWith("~/") || text === "~" ? home + text.slice(1) : text.replace(/^~([a-z_][a-z0-9_-]*)(?=\/|$)/u, "/home/$1");
  let value = "";
  let quote = "";
  for (let at = 0; at < start.length; at += 1) {
    const char = start[at] ?? "";
    if (char === quote) quote = "";
    else if (quote === "'") value += char;
    else if (quote === "" && (char === "'" || char === '"')) quote = char;
    else if (char === "\\") {
      at += 1;
      value += start[at] ?? "";
    } else if (char === "$" && quote === "" && /^\$['"]/u.test(start.slice(at))) continue;
    else if (char === "$") {
      const known = variableAt(start.slice(at), state);
      if (known === null) return { value, isPartial: true };
      value += known.value;
      at += known.length - 1;
    } else if (char === "`" || (quote === "" && /[*?[{]/u.test(char))) return { value, isPartial: true };
    else value += char;
  }
  return { value, isPartial: false };
}

function variableAt(text: string, state: ShellState | null): { value: string; length: number } | null {
  const match = VARIABLE.exec(text);
  const variable = state?.variables[match?.[1] ?? match?.[2] ?? ""];
  if (match === null || variable === undefined || typeof variable.value !== "string") return null;
  return { value: variable.value, length: match[0].length };
}

/** The parts of a word that may be paths or commands: those of "of=/x", of a shell text in quotes, of a list with colons. */
export function splitWord(value: string): string[] {
  return value.split(/[\s;|&<>()'"`,=:{}]+/u).filter((part) => part !== "");
}

/** A path without ".", ".." and doubled slashes, relative to an absolute folder. */
export function resolvePath(path: string, folder: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${folder}/${path}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** The folder that holds a path. */
export function parentOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at <= 0 ? "/" : path.slice(0, at);
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
