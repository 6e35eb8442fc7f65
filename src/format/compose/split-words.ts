import type { Problem } from "./problem.ts";

/** Splits a command into words as Compose does: quotes and backslashes count, and nothing is expanded. */
export function splitWords(text: string): readonly string[] | Problem {
  const words: string[] = [];
  let word: string | null = null;
  let rest = text;
  while (rest !== "") {
    const [piece] = /^(\s+|'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\]+)/su.exec(rest) ?? [];
    if (piece === undefined) return { problem: "a quote that does not end" };
    rest = rest.slice(piece.length);
    if (piece.trim() === "") {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? "") + unquote(piece);
  }
  return word === null ? words : [...words, word];
}

function unquote(piece: string): string {
  if (piece.startsWith("'")) return piece.slice(1, -1);
  if (piece.startsWith('"')) return piece.slice(1, -1).replace(/\\(["\\$`])/gu, "$1");
  return piece.startsWith("\\") ? piece.slice(1) : piece;
}
