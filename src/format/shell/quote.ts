import { encodePath, isUtf8Path } from "../tree/path-bytes.ts";

const SAFE = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** One word for any POSIX shell that stands for exactly this text; bytes that are no text are written by printf. */
export function quoteWord(text: string): string {
  if (!isUtf8Path(text)) return quoteBy(text, /(\p{Surrogate}+)/u);
  if (SAFE.test(text) && !text.startsWith("=")) return text;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** One word for fish that stands for exactly this text. */
export function quoteFishWord(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

/** An argument list as a command for any POSIX shell. */
export function joinWords(words: readonly string[]): string {
  return words.map((word, index) => quoteCommandWord(word, index === 0)).join(" ");
}

/** A word that stands for exactly this text, in which characters that could change a screen are written by printf. */
export function quoteVisibly(text: string): string {
  return quoteBy(text, /((?:(?![\n\t])[\p{Cc}\p{Cf}\p{Surrogate}\u2028\u2029])+)/u);
}

/** The parts that the pattern matches are written by printf. */
function quoteBy(text: string, pattern: RegExp): string {
  const parts = text.split(pattern);
  if (parts.length === 1) return quoteWord(text);
  return parts.map((part, index) => (index % 2 === 1 ? `"$(printf '${octal(part)}')"` : part === "" ? "" : quoteWord(part))).join("");
}

function octal(text: string): string {
  return [...encodePath(text)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
}

/** A command's first word must not read as an assignment, a reserved word or an alias. */
function quoteCommandWord(word: string, isFirst: boolean): string {
  const quoted = quoteWord(word);
  const isPlain = quoted === word && isFirst;
  return isPlain && (word.includes("=") || RESERVED.has(word)) ? `'${word}'` : quoted;
}

const RESERVED: ReadonlySet<string> = new Set(
  "if then else elif fi do done case esac while until for in select function time coproc".split(" "),
);

/** A map's or a sparse array's value, as after the name in an assignment. */
export function quotePairs(pairs: readonly (readonly [string, string])[]): string {
  return `(${pairs.map(([key, value]) => `[${quoteWord(key)}]=${quoteWord(value)}`).join(" ")})`;
}

/** An array's value: without its indexes where they count on from the shell's first one. */
export function quoteArray(pairs: readonly (readonly [string, string])[]): string {
  const start = pairs[0]?.[0];
  const isRow = (start === "0" || start === "1") && pairs.every(([key], index) => key === String(index + Number(start)));
  return isRow ? `(${pairs.map(([, value]) => quoteWord(value)).join(" ")})` : quotePairs(pairs);
}
