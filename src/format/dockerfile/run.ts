import { jsonWords } from "./words.ts";

const INDENT = "    ";
/** The builders read lines of up to 64 KiB. */
const LONGEST_LINE = 48_000;

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
  return `${head}"\\\n${breakLines(JSON.stringify(script).slice(1, -1))}\\\n"]`;
}

/** Breaks the inside of a JSON string by continuation. No line may be blank or start with "#": the builder would drop it. */
function breakLines(json: string): string {
  const lines: string[] = [];
  for (const line of json.split(/(?<=(?<!\\)(?:\\\\)*\\n)/)) {
    const last = lines.at(-1);
    const isDropped = /^\s*(?:#|$)/.test(line) || line === "\\n";
    const isShort = (last?.length ?? 0) + line.length < LONGEST_LINE;
    if (last !== undefined && isDropped && isShort) lines[lines.length - 1] = last + line;
    else lines.push(...cutLong(line));
  }
  return lines.join("\\\n");
}

function cutLong(line: string): string[] {
  const parts: string[] = [];
  let rest = line;
  while (rest.length > LONGEST_LINE) {
    let at = LONGEST_LINE;
    while (at > 1 && (/[\\#\s]/.test(rest[at] ?? "") || isInEscape(rest, at))) at -= 1;
    parts.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  return [...parts, rest];
}

function isInEscape(json: string, at: number): boolean {
  const near = json.slice(Math.max(0, at - 12), at);
  return /\\(?:u[0-9a-fA-F]{0,3})?$/.test(near) || /[\ud800-\udbff]$/.test(near);
}

/** A RUN whose script is a here-document (BuildKit); `interpreter` runs it when the image's shell does not. */
export function printHereRun(interpreter: string | null, script: string, flags: readonly string[] = []): string {
  let delimiter = "EOF";
  while (script.split("\n").includes(delimiter)) delimiter += "_";
  const head = ["RUN", ...flags, `<<'${delimiter}'`].join(" ");
  const first = interpreter === null ? "" : `#!${interpreter}\n`;
  return `${head}\n${first}${script}\n${delimiter}`;
}
