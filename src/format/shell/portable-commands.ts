import type { ShellCommand } from "./commands.ts";

/** Built-ins of bash that dash and busybox lack, or that mean something else there. */
const ONLY_BASH: ReadonlySet<string> = new Set(
  (
    "source declare typeset let shopt mapfile readarray pushd popd dirs enable builtin help disown suspend caller " +
    "compgen complete compopt bind history fc logout time ulimit jobs fg bg"
  ).split(" "),
);

/** `set` switches that every shell has. */
const SET_SWITCH = /^(?:[-+][aefhmnuvxC]+|--|-|[-+]o)$/;
const SET_NAME = /^(?:allexport|errexit|monitor|noclobber|noglob|noexec|nounset|verbose|xtrace)$/;

type Check = (args: readonly (string | null)[], command: ShellCommand) => boolean;

/** True where the arguments are fine in every shell. An argument is null where its value is not known. */
const PORTABLE_ARGUMENTS: Readonly<Record<string, Check>> = {
  echo: (args, command) => isPlainEcho(args, command),
  printf: (args) => isPlainFormat(args[0] ?? null),
  read: (args) => args.length > 0 && args.every((arg) => !isSwitch(arg) || arg === "-r"),
  set: (args) => args.every((arg) => (!isSwitch(arg) && !isPlus(arg) ? true : SET_SWITCH.test(arg ?? ""))) && namesAfterO(args),
  export: (args, command) => !args.some(isSwitch) && !hasSplittingAssignment(command),
  readonly: (args, command) => !args.some(isSwitch) && !hasSplittingAssignment(command),
  local: (args, command) => !args.some(isSwitch) && !hasSplittingAssignment(command),
  test: (args) => isPlainTest(args),
  "[": (args) => isPlainTest(args),
  trap: (args) => !args.slice(1).some((arg) => /^(?:ERR|DEBUG|RETURN|SIG.*)$/.test(arg ?? "")),
  type: (args) => !args.some(isSwitch),
  wait: (args) => !args.some(isSwitch) && !args.some(isJob),
  kill: (args) => !args.some(isJob) && !args.some((arg) => (arg ?? "").startsWith("-SIG")),
  exec: (args) => !isSwitch(args[0] ?? null),
  unset: (args) => args.every((arg) => !isSwitch(arg) || arg === "-v" || arg === "-f"),
  alias: (args) => !args.some(isSwitch),
  hash: (args) => args.every((arg) => !isSwitch(arg) || arg === "-r"),
  ".": (args) => args.length === 1 && (args[0] === null || (args[0] ?? "").includes("/")),
  cd: (args) => args.length <= 1 || args.every((arg) => !isSwitch(arg) || /^-[LP]$/.test(arg ?? "")),
  umask: (args) => args.every((arg) => !isSwitch(arg) || arg === "-S"),
};

/** True when every shell runs this simple command alike. */
export function isPortableCommand(command: ShellCommand): boolean {
  if (command.name === null) return true;
  if (ONLY_BASH.has(command.name)) return false;
  const check = Object.hasOwn(PORTABLE_ARGUMENTS, command.name) ? PORTABLE_ARGUMENTS[command.name] : undefined;
  const args = command.words.slice(1);
  return (
    check === undefined ||
    check(
      args.map((arg) => arg.value),
      command,
    )
  );
}

function isSwitch(arg: string | null): boolean {
  return arg !== null && arg.length > 1 && arg.startsWith("-");
}

function isPlus(arg: string | null): boolean {
  return arg !== null && arg.startsWith("+");
}

function isJob(arg: string | null): boolean {
  return arg !== null && arg.startsWith("%");
}

/** dash's echo reads backslashes, bash's does not; what a substitution brings may hold some. */
function isPlainEcho(args: readonly (string | null)[], command: ShellCommand): boolean {
  if (isSwitch(args[0] ?? null) && /^-[neE]+$/.test(args[0] ?? "") && args[0] !== "-n") return false;
  return command.words.slice(1).every(({ text, value }) => {
    if (value !== null) return !value.includes("\\");
    return !/\$\((?!\()|`/.test(text) && !text.replace(/\\[$"`\n]/g, "").includes("\\");
  });
}

/** Escapes and directives that POSIX names. */
function isPlainFormat(format: string | null): boolean {
  if (format === null || isSwitch(format)) return false;
  return !/\\[^abfnrtv\\0-7"']|%[-+ #0-9.*]*[^-+ #0-9.*%sdiouxXcbeEfFgG]/.test(format);
}

function isPlainTest(args: readonly (string | null)[]): boolean {
  return !args.some((arg) => ["==", "=~", "<", ">", "-v", "-R", "-N", "-O", "-G"].includes(arg ?? ""));
}

/** dash splits `export A=$B` into words, bash does not. */
function hasSplittingAssignment(command: ShellCommand): boolean {
  return command.words.some(({ text }) => /^[A-Za-z_]\w*\+?=/.test(text) && /(?:^|[^\\'"])[$`~]/.test(unquoted(text)));
}

function unquoted(text: string): string {
  return text.replace(/"(?:[^"\\]|\\[^])*"|'[^']*'/g, "");
}

function namesAfterO(args: readonly (string | null)[]): boolean {
  return args.every((arg, index) => !/^[-+]o$/.test(args[index - 1] ?? "") || SET_NAME.test(arg ?? ""));
}
