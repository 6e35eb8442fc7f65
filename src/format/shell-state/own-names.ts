import type { ParsedVariable } from "./shell-text.ts";

/** What every name that the recorder needs in a shell starts with. */
export const OWN_PREFIX = "__cooper_";

/** Variables that a shell sets by itself: they change without a command's doing, or no command may set them. */
const SHELL_MADE: ReadonlySet<string> = new Set([
  "_",
  "PWD",
  "OLDPWD",
  "PPID",
  "UID",
  "EUID",
  "GID",
  "EGID",
  "GROUPS",
  "USERNAME",
  "LINENO",
  "RANDOM",
  "SRANDOM",
  "SECONDS",
  "EPOCHSECONDS",
  "EPOCHREALTIME",
  "HISTCMD",
  "PIPESTATUS",
  "DIRSTACK",
  "FUNCNAME",
  "SHELLOPTS",
  "BASHOPTS",
  "BASHPID",
  "COLUMNS",
  "LINES",
  "OPTIND",
  "TTY",
  "TTYIDLE",
  "ARGC",
  "argv",
  "status",
  "pipestatus",
  "ERRNO",
  "TRY_BLOCK_ERROR",
  "TRY_BLOCK_INTERRUPT",
  "ZSH_SUBSHELL",
  "ZSH_EVAL_CONTEXT",
  "zsh_eval_context",
  "ZSH_NAME",
  "ZSH_VERSION",
  "ZSH_ARGZERO",
  "ZSH_PATCHLEVEL",
  "ZSH_EXECUTION_STRING",
  "CPUTYPE",
  "MACHTYPE",
  "OSTYPE",
  "VENDOR",
  "HOSTTYPE",
  "SHLVL",
  "COMP_WORDBREAKS",
  "signals",
  "funcstack",
  "aliases",
  "functions",
  "commands",
  "parameters",
  "options",
  "history",
  "historywords",
  "modules",
  "nameddirs",
  "userdirs",
  "builtins",
  "jobdirs",
  "jobstates",
  "jobtexts",
  "reswords",
  "dis_aliases",
  "dis_functions",
  "dis_builtins",
  "galiases",
  "saliases",
]);

/** Variables that zsh gives a value before anybody has typed anything. */
const ZSH_MADE: ReadonlySet<string> = new Set(
  (
    "CDPATH FIGNORE FPATH FUNCNEST HISTCHARS HISTSIZE HOST KEYBOARD_HACK KEYTIMEOUT LISTMAX LOGNAME MAILCHECK MAILPATH MANPATH MODULE_PATH" +
    " NULLCMD OPTARG PROMPT PROMPT2 PROMPT3 PROMPT4 PSVAR READNULLCMD SAVEHIST SPROMPT TIMEFMT TMPPREFIX WORDCHARS" +
    " debian_missing_features histchars key prompt terminfo zle_bracketed_paste"
  ).split(" "),
);

/** True for a variable that every zsh has from its start. */
export function isZshMade(name: string): boolean {
  return ZSH_MADE.has(name);
}

/** True for a variable that tells nothing about what a command did. */
export function isShellMade(name: string): boolean {
  return name.startsWith(OWN_PREFIX) || name.startsWith("BASH") || SHELL_MADE.has(name);
}

/** Takes the recorder's parts out of a variable that it shares with the user; null when nothing of the user is left. */
export function withoutOwnParts(name: string, variable: ParsedVariable): ParsedVariable | null {
  if (typeof variable.value === "string") {
    const value = withoutOwnText(variable.value);
    if (value === variable.value) return variable;
    return value === "" ? null : { ...variable, value };
  }
  const pairs = variable.value.filter(([, value]) => !value.includes(OWN_PREFIX));
  if (pairs.length === variable.value.length) return variable;
  const [first] = pairs;
  if (first === undefined) return null;
  const wasScalar = name === "PROMPT_COMMAND" && pairs.length === 1 && first[0] === "0";
  return wasScalar ? { ...variable, kind: "scalar", value: first[1] } : { ...variable, value: pairs };
}

const OWN_TEXT = [
  // The command substitution in PS0 and PS1, and the plain command in an old bash's PROMPT_COMMAND.
  /\$\(\{ __cooper_.*?;\} 2>\/dev\/null\)/g,
  /\{ __cooper_.*?;\} 2>\/dev\/null\n/g,
  // The mark at the end of a prompt, as bytes or in a prompt's own notation.
  /(?:\\\[|%\{)?(?:\u001B|\\e|\\033)\]7770;[^\u0007\\]*(?:\u0007|\\a|\\007)(?:\\\]|%\})?/g,
];

function withoutOwnText(text: string): string {
  return OWN_TEXT.reduce((rest, pattern) => rest.replaceAll(pattern, ""), text);
}
