import { OWN_PREFIX } from "./own-names.ts";
import { parseAssignments, parseDeclarations } from "./parse-variables.ts";
import { readWord } from "./read-word.ts";
import { type ParsedState, splitDump } from "./shell-text.ts";

/** Reads what the recorder's hooks made a shell of this kind print about itself. */
export function parseShellState(kind: "bash" | "zsh" | "dash" | "ash" | "sh", dump: string): ParsedState {
  const text = splitDump(dump);
  const isPosix = kind !== "bash" && kind !== "zsh";
  return {
    cwd: text.cwd,
    umask: text.umask.trim().padStart(4, "0").slice(-4),
    variables: isPosix ? parseAssignments(text.variables, text.functions) : parseDeclarations(text.variables),
    functions: isPosix ? {} : parseFunctions(text.functions),
    aliases: parseAliases(text.aliases),
    options: kind === "bash" ? parseBashOptions(text.options) : parseOptionLines(text.options),
  };
}

const FUNCTION_HEAD = /^(\S+) \(\) ?(?:\{.*)?$/;

/** Splits a listing of functions (`name () ` on a line of its own or with its brace) into name and definition. */
export function parseFunctions(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  let name: string | null = null;
  let lines: string[] = [];
  const close = (): void => {
    if (name !== null && !name.startsWith(OWN_PREFIX)) found[name] = lines.join("\n").trimEnd();
  };
  for (const line of text.split("\n")) {
    const head = FUNCTION_HEAD.exec(line)?.[1];
    const isHead =
      head !== undefined && (name === null || lines.at(-1)?.startsWith("}") === true || lines.at(-1)?.startsWith(")") === true);
    if (isHead) {
      close();
      name = head;
      lines = [];
    }
    if (!/^declare -f\w* \S+$/.test(line)) lines.push(line);
  }
  close();
  return found;
}

function parseAliases(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (let at = 0; at < text.length;) {
    const rest = text.slice(at);
    const head = /^(?:alias )?(?:-\w+ )*(?:-- )?/.exec(rest)?.[0] ?? "";
    const name = aliasName(text, at + head.length);
    const value = name === null ? null : readWord(text, name.end);
    if (name !== null && value !== null) found[name.value] = value.value;
    const end = text.indexOf("\n", Math.max(value?.end ?? at, at));
    at = end === -1 ? text.length : end + 1;
  }
  return found;
}

function aliasName(text: string, at: number): { value: string; end: number } | null {
  const found = /^([^\s='"]+|'[^'\n]+')=/.exec(text.slice(at, at + 1024));
  return found === null ? null : { value: (found[1] ?? "").replaceAll("'", ""), end: at + found[0].length };
}

// `set -o` names on the first line, those of shopt on the second, joined by colons.
function parseBashOptions(text: string): string[] {
  const [plain = "", shopt = ""] = text.split("\n");
  const names = (list: string): string[] => list.split(":").filter((name) => name !== "");
  return [...names(plain), ...names(shopt).map((name) => `shopt:${name}`)].sort();
}

// A name on each line; the table of `set -o` says "on" or "off" behind it, and has a heading.
function parseOptionLines(text: string): string[] {
  const lines = text.split("\n").map((line) => line.trim().split(/\s+/));
  return lines.flatMap(([name = "", setting]) => (/^\w+$/.test(name) && (setting === undefined || setting === "on") ? [name] : [])).sort();
}
