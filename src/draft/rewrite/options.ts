import type { ShellKind } from "../../history/model.ts";

/** Options that change what a command does, and what in its text shows that it is touched by them. */
const TOUCHES: Readonly<Record<string, RegExp>> = {
  pipefail: /\|/,
  errexit: /[;\n]|&&|\|\|/,
  nounset: /\$/,
  noclobber: />/,
  noglob: /[*?[]/,
  allexport: /=/,
  keyword: /=/,
  physical: /\b(?:cd|pwd|pushd)\b/,
  "shopt:extglob": /[?*+@!]\(/,
  "shopt:globstar": /\*\*/,
  "shopt:nullglob": /[*?[]/,
  "shopt:failglob": /[*?[]/,
  "shopt:dotglob": /[*?[]/,
  "shopt:nocaseglob": /[*?[]/,
  "shopt:nocasematch": /case|\[\[/,
  "shopt:lastpipe": /\|/,
  "shopt:xpg_echo": /echo/,
  "shopt:inherit_errexit": /\$\(|`/,
  "shopt:cdable_vars": /\bcd\b/,
  "shopt:globasciiranges": /\[.*-/,
};

/** Options on by default in a shell that runs a script. */
const ON: ReadonlySet<string> = new Set(["shopt:globasciiranges"]);

const ZSH = "zsh:";

/** Options of zsh whose names mean the same in every shell. */
const COMMON: ReadonlySet<string> = new Set(["pipefail", "noclobber", "noglob", "allexport"]);

const EXPANDED = /[$`*?[(^#~<=]/;

/** The same for zsh, whose state has the names of `setopt`: those that are not as zsh has them by default. */
const ZSH_TOUCHES: Readonly<Record<string, RegExp>> = {
  braceccl: /\{/,
  ignorebraces: /\{/,
  rcquotes: /'/,
  bsdecho: /echo/,
  nomultios: />.*>|<.*</s,
  chaselinks: /\bcd\b/,
  chasedots: /\bcd\b/,
  cdablevars: /\bcd\b/,
  errreturn: /[;\n]|&&|\|\|/,
  errexit: /[;\n]|&&|\|\|/,
  nounset: /\$/,
};

/** Options of zsh for the person at the terminal: they change nothing of what a command does. */
const AT_TERMINAL = new RegExp(
  `^(?:no)?(?:${[
    "interactive|zle|emacs|vi|monitor|shinstdin|login|privileged|singlecommand|restricted|rcs|globalrcs|notify|bgnice|hup",
    "check\\w*jobs|longlistjobs|auto(?:resume|continue|cd|pushd|list|menu|name\\w+|param\\w+|remove\\w+)|pushd\\w+|\\w*hist\\w*",
    "incappend\\w+|\\w*prompt\\w*|correct|correctall|dvorak|beep|listbeep|always\\w+|list\\w+|complete\\w+|menucomplete|hash\\w+",
    "globcomplete|recexact|flowcontrol|ignoreeof|interactivecomments|mailwarning|pathscript|print\\w+|combiningchars|singlelinezle",
    "overstrike|rmstar\\w+|sunkeyboardhack|verbose|xtrace|debugbeforecmd|cprecedences|alias\\w*|evallineno|functionargzero",
    "multifuncdef|sourcetrace|typesetsilent|warn\\w+|short\\w+|localloops",
  ].join("|")})$`,
);

/** The options (in ShellState's words, zsh's own with "zsh:" in front) that a text needs on or off: those it can be touched by. */
export function readOptionNeeds(text: string, on: readonly string[], kind: ShellKind): Record<string, boolean> {
  const needs: Record<string, boolean> = {};
  for (const [name, touched] of Object.entries(TOUCHES)) {
    if (kind === "zsh" && !COMMON.has(name)) continue;
    // The state lists what is on; an option that is on by default cannot be told from one that was not looked at.
    if (touched.test(text) && !ON.has(name)) needs[name] = on.includes(name);
  }
  return kind === "zsh" ? { ...needs, ...readZshNeeds(text, on) } : needs;
}

function readZshNeeds(text: string, on: readonly string[]): Record<string, boolean> {
  const names = on.filter((name) => !COMMON.has(name) && !AT_TERMINAL.test(name));
  return Object.fromEntries(names.filter((name) => (ZSH_TOUCHES[name] ?? EXPANDED).test(text)).map((name) => [ZSH + name, true]));
}

/** An option's name as needs have it, from that of a shell's state. */
export function needName(name: string, kind: ShellKind): string {
  return kind === "zsh" && !COMMON.has(name) ? ZSH + name : name;
}

/** Options that are on and that a command does not have on: zsh's are told from what is on alone. */
export function strayOptions(state: Readonly<Record<string, boolean>>, needs: Readonly<Record<string, boolean>>): string[] {
  return Object.keys(state).filter((name) => name.startsWith(ZSH) && state[name] === true && needs[name] !== true);
}

/** The command that turns an option on or off. */
export function printOption(name: string, isOn: boolean): string {
  if (name.startsWith(ZSH)) return `${isOn ? "setopt" : "unsetopt"} ${name.slice(ZSH.length)}`;
  if (!name.startsWith("shopt:")) return `set ${isOn ? "-" : "+"}o ${name}`;
  return `shopt -${isOn ? "s" : "u"} ${name.slice(6)}`;
}

/** True for an option that not every shell has. */
export function isBashOption(name: string): boolean {
  return name.startsWith("shopt:") || name.startsWith(ZSH) || name === "pipefail";
}
