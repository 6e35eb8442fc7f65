import type { ShellCommand } from "../../format/shell/commands.ts";
import { pathTest } from "./path-pattern.ts";
import type { PathTest } from "./path-pattern.ts";

/** Programs that say something else each time: the time, chance, what runs and how this machine is. */
const PROGRAMS: ReadonlySet<string> = new Set(
  `date uuidgen mktemp shuf pwgen apg makepasswd mcookie ps pgrep top free uptime who w last lastlog df vmstat iostat tty printenv history jobs
  hostid uname nproc arch lscpu ip ifconfig ss netstat lsof dmesg stat locale`.split(/\s+/u),
);

const SOURCES = /\/dev\/u?random\b|\/proc\/(?!self\/exe\b)/u;

const VARIABLES = /\$\$|\$\{?(?:S?RANDOM|SECONDS|EPOCHSECONDS|EPOCHREALTIME|BASHPID|PPID|TERM|COLUMNS|LINES)\b(?!:?\+)/u;

/** True for a command whose output would be another one in a build. */
export function isUnrepeatable({ name, words }: ShellCommand): boolean {
  const texts = words.map(({ text }) => text);
  const program = name?.slice(name.lastIndexOf("/") + 1) ?? "";
  if (PROGRAMS.has(program) || texts.some((text) => SOURCES.test(text))) return true;
  if (program === "env") return texts.length === 1;
  if (program === "ls") return texts.some((text) => /^-[a-zA-Z]*[lsi]/u.test(text));
  if (program === "openssl") return texts[1] === "rand";
  return program === "sort" && texts.some((text) => /^-[a-zA-Z]*R|^--random/u.test(text));
}

const COMMITTING: ReadonlySet<string> = new Set(["commit", "merge", "rebase", "cherry-pick", "revert", "am", "stash"]);

/** True for a command of git that writes the time into what it names by its hash. */
export function isCommitting({ name, words }: ShellCommand): boolean {
  if (name === null || name.slice(name.lastIndexOf("/") + 1) !== "git") return false;
  const texts = words.map(({ text }) => text);
  const verb = texts.find((text, index) => index > 0 && !text.startsWith("-") && !/^-[Cc]$/u.test(texts[index - 1] ?? ""));
  return verb !== undefined && COMMITTING.has(verb);
}

/** True for files in which programs note times, inode numbers or chance: the same command never makes them the same. */
export const isOnceMade: PathTest = pathTest([
  "**/.git/index",
  "**/.git/logs/**",
  "**/.git/modules/**/index",
  "**/.git/modules/**/logs/**",
  "/etc/machine-id",
  "/var/lib/dbus/machine-id",
]);

/** True for a text that uses variables which are others in a build. */
export function readsPassingVariable(text: string): boolean {
  return VARIABLES.test(text);
}
