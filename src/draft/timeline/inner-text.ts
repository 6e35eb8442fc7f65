import { readCommands } from "../../format/shell/commands.ts";
import { readLinks } from "../../format/shell/links.ts";
import { isPosix } from "../../format/shell/portable.ts";
import { isUtf8Path } from "../../format/tree/path-bytes.ts";
import type { ShellState, Step } from "../../history/model.ts";

const SHELLS: ReadonlySet<string> = new Set(["sh", "/bin/sh", "/usr/bin/sh", "bash", "/bin/bash", "/usr/bin/bash"]);

/** Built-ins of which something stays in the shell. */
const LASTING: ReadonlySet<string> = new Set(
  ". : alias break builtin cd command continue declare eval exec exit export getopts hash let local logout mapfile popd pushd read readonly return set shift shopt source times trap typeset ulimit umask unalias unset wait".split(
    " ",
  ),
);

/** What only the inner shell has: its arguments, its number, its name. */
const OWN = /\$\{?(?:[\d@*#?!$_-]|PPID|SHLVL|BASH)/u;

/**
 * A Step whose program was a shell with one text (`sh -c 'apt-get update && …'`), as if that text had been given to the container's shell itself, so
 * that it is read, and written, as what it is. Only where that is the same: a plain list that every POSIX shell runs alike, and that leaves nothing
 * in its shell but a folder, which ends with a shell of its own.
 */
export function withInnerText(step: Step, before: ShellState | null): Step {
  if (step.kind !== "exec" || step.argv === null || step.effect.processes.length > 0) return step;
  const [shell = "", option, text = "", ...more] = step.argv;
  if (!SHELLS.has(shell) || option !== "-c" || more.length > 0 || !isCalm(before) || !isPlain(text)) return step;
  const names = readCommands(text).map(({ name }) => name ?? "");
  const lasting = names.filter((name) => name === "" || LASTING.has(name));
  if (lasting.some((name) => name !== "cd")) return step;
  return { ...step, argv: null, ran: lasting.length === 0 ? text : `(${text})` };
}

/** Its text would find functions and aliases there that the inner shell had not, and variables that are not passed on. */
function isCalm(before: ShellState | null): boolean {
  if (before === null) return true;
  const isPassed = Object.values(before.variables).every(({ exported }) => exported);
  return isPassed && Object.keys(before.functions).length === 0 && Object.keys(before.aliases).length === 0;
}

function isPlain(text: string): boolean {
  return text.trim() !== "" && !text.includes("#") && !OWN.test(text) && isUtf8Path(text) && readLinks(text) !== null && isPosix(text);
}
