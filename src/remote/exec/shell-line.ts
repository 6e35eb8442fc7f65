/** What the container's shell is to do for one command. Texts of this file are bytes, one per character (latin1). */
export interface LineParts {
  readonly cwd: Buffer;
  /** "NAME=value" to be set and names to be removed before the command. */
  readonly set: readonly Buffer[];
  readonly unset: readonly string[];
  readonly command: LineCommand;
  /** Of its terminal; null: it has none. */
  readonly size: { readonly columns: number; readonly rows: number } | null;
  /** Cannot be in the command's output: tells where that ends. */
  readonly word: string;
}

export type LineCommand =
  | { readonly kind: "program"; readonly argv: readonly Buffer[] }
  /** Text for `shell`, after which folder and environment are told. */
  | { readonly kind: "text"; readonly text: Buffer; readonly shell: string; readonly dump: "bytes" | "hex" };

/** What the text of a waiting shell begins with. */
export const WAITING_WORD = "cooper_n='";

/** What a waiting shell runs: it tells its number, and does a line that it gets; the line says whether it waits for another one. */
export const WAITING_SHELL = `${WAITING_WORD}
'
printf '%s\\n' "$$"
while IFS= read -r cooper_l; do cooper_w=; eval "$cooper_l"; case $cooper_w in '') exit;; esac; done`;

/** A line for a waiting shell. */
export interface WaitingLine {
  readonly bytes: Buffer;
  readonly word: string;
  /** Nothing but such lines comes in: the shell can wait for another one. */
  readonly isKept: boolean;
}

/** Signals of a command's group that the shell around it must live through. */
const PASSED_ON = "INT TERM HUP QUIT USR1 USR2";

/** A format of printf's, quoted for a shell. */
const NO_FOLDER = String.raw`'cooper: the container has no folder %s that this user may enter\n  Go to another one, or name one: dodo -w / COMMAND\n  (docs/findings/workdir-unknown.md)\n'`;

/**
 * The line for a waiting shell: the command, then on both outputs the word, on the first with X and the exit code. Without input the shell may
 * be kept: it tells by the word and R that it waits again, where the command has left no process behind that could still write or be signalled.
 */
export function waitingLine(parts: LineParts, isKept: boolean): WaitingLine {
  const { word } = parts;
  const missing = `printf ${NO_FOLDER} ${lineWord(parts.cwd)} >&2; exit 125`;
  const run = `( if cd -- ${lineWord(parts.cwd)} 2>/dev/null; then ${settings(parts)}${commandText(parts, lineWord)}; else ${missing}; fi )`;
  const end = `cooper_r=$?; printf '%sX%d\\n' ${parted(word)} $cooper_r; printf '%s' ${parted(word)} >&2`;
  // Signals of a terminal reach the whole group: the shell lives on to tell how the command ended.
  const whole = `trap : ${PASSED_ON}; ${isKept ? ": | " : ""}${run}; ${end}`;
  const text = isKept ? `set -- /proc/[0-9]*; cooper_p=$*; ${whole}; ${waitAgain(word)}` : whole;
  return { bytes: Buffer.from(`${text}\n`, "latin1"), word, isKept };
}

// A command that shows what runs (ps) or the shell's variables (set) must not print the word.
function parted(word: string): string {
  return `${word.slice(0, 4)}""${word.slice(4)}`;
}

// Only a container that has the processes it had before holds nothing of the command. Where not all are to be seen, that is not known.
function waitAgain(word: string): string {
  const again = `trap - ${PASSED_ON}; cooper_w=1; printf '%sR\\n' ${parted(word)}`;
  return `set -- /proc/[0-9]*; case $*: in "$cooper_p:") if [ -d /proc/1 ]; then ${again}; fi;; esac`;
}

/** A script for \`sh -c\` that becomes the command, after the word and its own number on a line. UTF-8, as the engine wants it. */
export function becomingScript(parts: LineParts): string {
  const missing = `printf ${NO_FOLDER} ${scriptWord(parts.cwd)} >&2; exit 125;`;
  // The engine sets a size only when the command is there already, which may have asked by then.
  const size = parts.size === null ? [] : [`command -p stty rows ${parts.size.rows} cols ${parts.size.columns} 2>/dev/null`];
  const lines = [...size, `printf '%s%s\\n' ${parted(parts.word)} "$$"`, `cd -- ${scriptWord(parts.cwd)} 2>/dev/null || { ${missing} }`];
  const set = parts.set.filter(isSetting).map((setting) => `export ${nameOf(setting)}=${scriptWord(valueOf(setting))}`);
  const unset = parts.unset.length === 0 ? [] : [`unset ${parts.unset.join(" ")}`];
  return [...lines, ...set, ...unset, commandText(parts, scriptWord)].join("\n");
}

/** `word` in `text` as one word for any shell, on one line. */
function lineWord(bytes: Buffer): string {
  const text = bytes.toString("latin1");
  if (/^[A-Za-z0-9_@%+:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", String.raw`'\''`).replaceAll("\n", `'"$cooper_n"'`)}'`;
}

// A script is UTF-8: other bytes are made by printf, whose last line ends would be lost without the x.
function scriptWord(bytes: Buffer): string {
  const text = bytes.toString();
  if (Buffer.from(text).equals(bytes)) return `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const octal = [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
  return `"$(cooper_a=$(printf '${octal}x'); printf '%s' "\${cooper_a%x}")"`;
}

function settings({ set, unset }: LineParts): string {
  const sets = set.filter(isSetting).map((setting) => `export ${nameOf(setting)}=${lineWord(valueOf(setting))}; `);
  return [...sets, unset.length === 0 ? "" : `unset ${unset.join(" ")}; `].join("");
}

type Quote = (bytes: Buffer) => string;

function commandText({ command, word, set }: LineParts, quote: Quote): string {
  // What is no name for a shell ("a.b=1") is one for a program.
  const odd = set.filter((setting) => !isSetting(setting) && setting.indexOf("=") > 0);
  const env = odd.length === 0 ? "" : `"$(command -pv env || echo env)" ${odd.map(quote).join(" ")} `;
  if (command.kind === "program") return `exec ${env}${command.argv.map(quote).join(" ")}`;
  const script = tellingScript(word, command.dump);
  return `exec ${env}${quote(Buffer.from(command.shell))} -c ${quote(Buffer.from(script))} ${quote(Buffer.from(command.shell))} ${quote(command.text)}`;
}

// What a program that is started has in its environment is what the shell exports.
function tellingScript(word: string, dump: "bytes" | "hex"): string {
  const tell = `printf '%s\\0' "$PWD"; command -p cat /proc/self/environ`;
  const told = dump === "bytes" ? tell : `{ ${tell}; } | command -p od -An -v -tx1`;
  return `cooper_t=$1; shift; trap '{ cooper_r=$?; set +x; } 2>/dev/null; trap - EXIT; printf %s ${parted(word)}S; ${told.replaceAll("'", String.raw`'\''`)}; exit $cooper_r' EXIT; eval "$cooper_t"`;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Whether a shell can have that variable. */
export function isSetting(setting: Buffer): boolean {
  return NAME.test(nameOf(setting));
}

/** The name in "NAME=value". */
export function nameOf(setting: Buffer): string {
  const at = setting.indexOf("=");
  return setting.toString("latin1", 0, at === -1 ? setting.length : at);
}

/** The value in "NAME=value". */
export function valueOf(setting: Buffer): Buffer {
  const at = setting.indexOf("=");
  return at === -1 ? Buffer.alloc(0) : setting.subarray(at + 1);
}
