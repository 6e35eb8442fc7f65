import { findInOutput } from "./find-in-file.ts";
import { findShapes } from "./find-shapes.ts";

/** A file of more lines is more than a few secrets. */
const MOST_LINES = 20;

/** The secret values in the text of a file that is known to hold one: of its settings, or, where it has none, whole lines and their last fields. */
export function collectFileValues(text: string): string[] {
  const named = [...findInOutput(text), ...findShapes(text)].map(({ start, end }) => text.slice(start, end));
  if (named.length > 0) return [...new Set(named)].filter((value) => !value.includes("\n"));
  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  return lines.length > MOST_LINES ? [] : lines.filter((line) => !/\s/.test(line)).flatMap(withLastField);
}

// `host:5432:db:me:password` of .pgpass, `word=password`.
function withLastField(line: string): string[] {
  const last = /[:=]([^:=]+)$/.exec(line)?.[1];
  return last === undefined ? [line] : [line, last];
}
