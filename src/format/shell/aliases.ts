import { readCommands } from "./commands.ts";
import { hasSyntaxError } from "./syntax.ts";

interface Edit {
  readonly pos: number;
  readonly end: number;
  readonly text: string;
}

/** Puts the texts of these aliases where an interactive shell would; other shells do not expand aliases. */
export function expandAliases(text: string, aliases: Readonly<Record<string, string>>): string {
  return Object.keys(aliases).length === 0 ? text : expand(text, aliases, new Set());
}

function expand(text: string, aliases: Readonly<Record<string, string>>, done: ReadonlySet<string>): string {
  const edits: Edit[] = [];
  for (const command of readCommands(text)) {
    if (!command.isInText) continue;
    let isNextToo = true;
    for (const word of command.words) {
      const value: string | null = isNextToo ? aliasValue(word.text, aliases, done) : null;
      isNextToo = value !== null && /[ \t]$/.test(value);
      if (value === null) break;
      const inner = expand(value, aliases, new Set([...done, word.text]));
      edits.push({ pos: word.pos, end: word.end, text: inner });
    }
  }
  const result = applyEdits(text, edits);
  return edits.length > 0 && hasSyntaxError(result) && !hasSyntaxError(text) ? text : result;
}

function aliasValue(name: string, aliases: Readonly<Record<string, string>>, done: ReadonlySet<string>): string | null {
  return Object.hasOwn(aliases, name) && !done.has(name) ? (aliases[name] ?? null) : null;
}

/** Puts texts in place of ranges that do not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = text;
  for (const edit of edits.toSorted((a, b) => b.pos - a.pos)) result = result.slice(0, edit.pos) + edit.text + result.slice(edit.end);
  return result;
}
