import { jsonWords } from "./words.ts";

const INDENT = "    ";
/** In UTF-16 units: the builders read lines of up to 64 KiB, and a unit may take three bytes. */
const LONGEST_LINE = 20_000;

/** A RUN in shell form: lines that are joined by continuation, without the newlines. */
export function printRun(lines: readonly string[], flags: readonly string[] = []): string {
  const [first = "", ...rest] = [...flags, ...lines];
  return ["RUN " + first, ...rest.map((line) => INDENT + line)].join(" \\\n");
}

/** True when these lines survive the shell form of RUN: the builder gives them to the shell unchanged. */
export function fitsShellForm(lines: readonly string[]): boolean {
  const last = lines.at(-1) ?? "";
  return lines.every(fitsLine) && !last.endsWith("\\") && !(lines[0] ?? "").startsWith("[") && !(lines[0] ?? "").startsWith("--");
}

function fitsLine(line: string): boolean {
  const isPrintable = !/[\0-\x08\x0a-\x1f\x7f\u2028\u2029]/.test(line);
  const looksLikeHereDocument = /(?:^|[^<])<<(?!<)/.test(line);
  return isPrintable && !looksLikeHereDocument && line.length < LONGEST_LINE && !/^\s*(?:#|$)/.test(line);
}

/** A RUN in exec form: the script reaches the shell byte by byte, newlines too; one line of it per line where it can be. */
export function printExecRun(shell: readonly string[], script: string, flags: readonly string[] = []): string {
  const words = jsonWords([...shell, ""]).slice(0, -3);
  const head = ["RUN", ...flags, words].join(" ");
  const lines = breakLines(JSON.stringify(script).slice(1, -1));
  return [`${head}"`, ...lines, '"]'].join("\\\n");
}

/** Breaks the inside of a JSON string for continuation. */
function breakLines(json: string): string[] {
  const lines: string[] = [];
  for (const [line] of json.matchAll(/[^\\]*(?:\\[^n][^\\]*)*(?:\\n|$)/g)) {
    const last = lines.at(-1) ?? "";
    if (last !== "" && isDropped(line) && last.length + line.length < LONGEST_LINE) lines[lines.length - 1] = last + line;
    else if (line !== "") lines.push(...cutLong(line).map(keepLine));
  }
  return lines;
}

/** The builders drop blank lines and comments, also between the lines of one instruction. */
function isDropped(line: string): boolean {
  return /^\s*(?:#|$)/.test(line);
}

function keepLine(line: string): string {
  if (!isDropped(line)) return line;
  return `\\u${line.charCodeAt(0).toString(16).padStart(4, "0")}${line.slice(1)}`;
}

/** Cuts between characters and escapes, never inside one. */
function cutLong(line: string): string[] {
  if (line.length <= LONGEST_LINE) return [line];
  const parts: string[] = [];
  let part = "";
  for (const [piece] of line.matchAll(/\\u[0-9a-f]{4}|\\[^]|[\ud800-\udbff][\udc00-\udfff]|[^]/g)) {
    if (part.length + piece.length > LONGEST_LINE) {
      parts.push(part);
      part = "";
    }
    part += piece;
  }
  return [...parts, part];
}

/** A RUN whose script is a here-document (BuildKit); `interpreter` runs it when the image's shell does not. */
export function printHereRun(interpreter: string | null, script: string, flags: readonly string[] = []): string {
  let delimiter = "EOF";
  while (script.split("\n").includes(delimiter)) delimiter += "_";
  const head = ["RUN", ...flags, `<<'${delimiter}'`].join(" ");
  const first = interpreter === null ? "" : `#!${interpreter}\n`;
  return `${head}\n${first}${script}\n${delimiter}`;
}
