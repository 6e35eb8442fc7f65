import { CooperError } from "../../base/errors.ts";
import { suggest } from "../../base/suggest.ts";
import { escapeText } from "../../terminal/escape-text.ts";
import { renderTable } from "../../terminal/table.ts";
import { TERSE_GROUPS } from "./commands.ts";

/** What the words of `d` ask for: a text to be printed, or words of `cooper`. */
export type Terse = { readonly text: string } | { readonly words: readonly string[] };

const COMMANDS = TERSE_GROUPS.flatMap(([, commands]) => commands);
const HELP = ["help", "h", "--help", "-h"];
const CHECK = ["dup-check", "check", "chk"];

/** Reads the words of `d`; throws `command-unknown`, `unit-unknown` (no name, or a blank one). */
export function readTerse(argv: readonly string[]): Terse {
  const [name, ...rest] = argv;
  if (name === undefined || HELP.includes(name)) return { text: helpText(rest[0] ?? "") };
  if (CHECK.includes(name)) return { text: doubled().length === 0 ? "all ok\n" : `${doubled().join(" ")}\n` };
  const command = COMMANDS.find(({ names }) => names.includes(name));
  if (command === undefined) throw unknown(name);
  if (command.needsName && (rest[0] === undefined || rest[0].trim() === "")) {
    throw new CooperError("unit-unknown", `d ${name}: which one?`, { hint: `Give a name, or its unique start: d ${name} web` });
  }
  return { words: command.words(rest) };
}

function unknown(name: string): CooperError {
  const meant = suggest(
    name,
    COMMANDS.flatMap(({ names }) => names),
  );
  return new CooperError("command-unknown", `"${name}" is no command of d.`, {
    hint: meant === null ? "d h lists them." : `Did you mean ${meant}? d h lists all.`,
  });
}

/** Names that mean two things. */
function doubled(): readonly string[] {
  const all = [...COMMANDS.flatMap(({ names }) => names), ...HELP, ...CHECK];
  return all.filter((name, index) => all.indexOf(name) !== index);
}

function helpText(wanted: string): string {
  const groups = TERSE_GROUPS.map(([group, commands]) => {
    const rows = commands.map(({ names, needsName, text }) => [`  ${names.join(" | ")}${needsName ? " NAME" : ""}`, text] as const);
    return { group, rows: rows.filter((row) => row.some((cell) => cell.includes(wanted))) };
  });
  const lines = groups.filter(({ rows }) => rows.length > 0).map(({ group, rows }) => ({ group, rows }));
  const all = renderTable(lines.flatMap(({ rows }) => rows)).split("\n");
  let at = 0;
  const text = lines.map(({ group, rows }) => `${group}\n${all.slice(at, (at += rows.length)).join("\n")}\n`).join("");
  const head = "d COMMAND [NAME] [options]: cooper's verbs, tersely; a name is whole or its unique start. d h WORD finds commands.\n\n";
  if (wanted === "") return head + text;
  return text === "" ? `No command of d has "${escapeText(wanted)}" in its name or its text.\n` : text;
}
