import { jsonWords } from "../../../format/dockerfile/words.ts";

/** The words of a list as Go prints it, `["a" "b c"]`, as JSON has it, `["a", "b c"]`, or inside `&{…}`; null for another text. */
export function readGoWords(text: string): readonly string[] | null {
  const list = /^(?:&\{)?\[((?:\s*,?\s*"(?:[^"\\]|\\.)*")*)\s*\](?:.*\})?$/s.exec(text.trim());
  return list === null ? null : quotedWords(list[1] ?? "");
}

function quotedWords(text: string): string[] {
  return Array.from(text.matchAll(/"(?:[^"\\]|\\.)*"/gs), ([word]) => unquote(word));
}

function unquote(word: string): string {
  try {
    const value: unknown = JSON.parse(word);
    return typeof value === "string" ? value : word;
  } catch {
    // Go has escapes that JSON has not ("\x00", "\a"): they stay as they are.
    return word.slice(1, -1);
  }
}

const DURATIONS = ["--interval", "--timeout", "--start-period", "--start-interval"];

/** `&{["CMD-SHELL" "curl -f x"] "30s" "3s" "0s" '\x03'}` as `--interval=30s --timeout=3s CMD curl -f x`. */
export function readHealthcheck(text: string): string {
  const match = /^&\{(\[.*?\])\s+((?:"[\w.µ]*"\s*)*)(?:'(.*)'|(\d+))?\s*\}$/s.exec(text.trim());
  const words = match === null ? null : readGoWords(match[1] ?? "");
  if (match === null || words === null) return text;
  const [kind, ...command] = words;
  if (kind === "NONE") return "NONE";
  const times = Array.from((match[2] ?? "").matchAll(/"([^"]*)"/g), (time) => time[1] ?? "");
  const options = times.flatMap((time, at) => (time === "0s" || time === "" ? [] : [`${DURATIONS[at] ?? ""}=${time}`]));
  const retries = retriesOf(match[3], match[4]);
  if (retries > 0) options.push(`--retries=${retries}`);
  return [...options, "CMD", kind === "CMD-SHELL" ? command.join(" ") : jsonWords(command)].join(" ");
}

/** Go prints the number as a character: '\x03', '\n' is 10. */
function retriesOf(character: string | undefined, digits: string | undefined): number {
  if (digits !== undefined) return Number(digits);
  if (character === undefined) return 0;
  const hex = /^\\x([0-9a-f]{2})$|^\\u([0-9a-f]{4})$/i.exec(character);
  if (hex !== null) return Number.parseInt(hex[1] ?? hex[2] ?? "0", 16);
  const named = ["\\a", "\\b", "\\t", "\\n", "\\v", "\\f", "\\r"].indexOf(character);
  return named >= 0 ? named + 7 : (character.codePointAt(0) ?? 0);
}
