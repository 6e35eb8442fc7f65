/** Options that change what a command does, and what in its text shows that it is touched by them. */
const TOUCHES: Readonly<Record<string, RegExp>> = {
  pipefail: /\|/,
  errexit: /[;\n]|&&|\|\|/,
  nounset: /\$/,
  noclobber: />/,
  noglob: /[*?[]/,
  allexport: /=/,
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
  "shopt:globasciiranges": /\[.*-/,
};

/** Options on by default in a shell that runs a script. */
const ON: ReadonlySet<string> = new Set(["shopt:globasciiranges"]);

/** The options (in ShellState's words) that a text needs on or off: those it can be touched by. */
export function readOptionNeeds(text: string, on: readonly string[]): Record<string, boolean> {
  const needs: Record<string, boolean> = {};
  for (const [name, touched] of Object.entries(TOUCHES)) {
    // The state lists what is on; an option that is on by default cannot be told from one that was not looked at.
    if (touched.test(text) && !ON.has(name)) needs[name] = on.includes(name);
  }
  return needs;
}

/** The command that turns an option on or off. */
export function printOption(name: string, isOn: boolean): string {
  if (!name.startsWith("shopt:")) return `set ${isOn ? "-" : "+"}o ${name}`;
  return `shopt -${isOn ? "s" : "u"} ${name.slice(6)}`;
}

/** True for an option that only bash has. */
export function isBashOption(name: string): boolean {
  return name.startsWith("shopt:") || name === "pipefail";
}
