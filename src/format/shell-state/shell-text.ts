/** What a shell printed about itself, part by part. Parts that a shell cannot print are empty. */
export interface ShellText {
  readonly cwd: string;
  readonly umask: string;
  /** `declare -p`, `typeset -p`, or `set` and `export -p`. */
  readonly variables: string;
  readonly functions: string;
  readonly aliases: string;
  readonly options: string;
}

export interface ParsedVariable {
  readonly kind: "scalar" | "array" | "map";
  readonly value: string | readonly (readonly [string, string])[];
  readonly exported: boolean;
}

/** A shell's state as values. */
export interface ParsedState {
  readonly cwd: string;
  /** Four octal digits. */
  readonly umask: string;
  readonly variables: Readonly<Record<string, ParsedVariable>>;
  readonly functions: Readonly<Record<string, string>>;
  readonly aliases: Readonly<Record<string, string>>;
  /** Names that are on, sorted; those of bash's shopt as "shopt:NAME". */
  readonly options: readonly string[];
}

/** Stands between the parts, on a line of its own. */
const PART_SEPARATOR = "\u001E";

/** Splits a dump into its parts: directory and umask on the first two lines, then variables, functions, aliases, options. */
export function splitDump(dump: string): ShellText {
  const [head = "", variables = "", functions = "", aliases = "", options = ""] = dump.split(`${PART_SEPARATOR}\n`);
  const lines = head.split("\n");
  // A directory may hold line ends; the umask is the last line.
  const filled = lines.at(-1) === "" ? lines.slice(0, -1) : lines;
  return { cwd: filled.slice(0, -1).join("\n"), umask: filled.at(-1) ?? "", variables, functions, aliases, options };
}
