import { basename } from "node:path";
import { childrenOf, relaysKeys, waitsForKeys } from "./key-wait.ts";
import { readBytesSync } from "../../system/process/proc.ts";

/** The program that has a terminal now. */
export interface Foreground {
  /** On this machine. */
  readonly pid: number;
  readonly name: string;
  readonly argv: readonly string[];
  /** Another one after each `exec`; "" where that cannot be seen from here. */
  readonly image: string;
  /** It waits for keys (true), it does something (false), or that cannot be seen from here. */
  readonly isWaiting: boolean | null;
  /** A shell that reads commands from its terminal. */
  readonly isShell: boolean;
}

interface ProcessStat {
  readonly name: string;
  /** Where its stack starts: each program that a process runs has its own. */
  readonly stack: string;
  readonly terminal: number;
  readonly foregroundGroup: number;
}

/** The foreground process of the terminal that process `pid` has; through a program that made a terminal of its own (sudo), of that one. */
export function readForeground(pid: number): Foreground | null {
  const stat = readStat(pid);
  if (stat === null || stat.foregroundGroup <= 0) return null;
  const leader = readProcess(stat.foregroundGroup);
  if (leader === null || !(MAKES_TERMINAL.has(leader.name) || relaysKeys(leader.pid))) return leader;
  const inner = findOtherTerminal(leader.pid, stat.terminal, 6);
  const within = inner === null ? null : readForeground(inner);
  // It reads keys for others, of whom none is there to ask.
  return within ?? (MAKES_TERMINAL.has(leader.name) ? leader : { ...leader, isWaiting: false });
}

const MAKES_TERMINAL: ReadonlySet<string> = new Set(["sudo", "script", "su", "runuser", "doas"]);
const SHELL_NAMES: ReadonlySet<string> = new Set(["bash", "rbash", "zsh", "dash", "ash", "sh", "busybox"]);

function readProcess(pid: number): Foreground | null {
  const stat = readStat(pid);
  if (stat === null) return null;
  const argv = (readProc(`${pid}/cmdline`) ?? "").split("\0").slice(0, -1);
  return { pid, name: stat.name, argv, image: stat.stack, isWaiting: waitsForKeys(pid), isShell: isInteractiveShell(stat.name, argv) };
}

/** True for the arguments of a shell that reads its commands from a terminal: no script, no `-c`. */
export function isInteractiveShell(name: string, argv: readonly string[]): boolean {
  if (!SHELL_NAMES.has(name)) return false;
  const isApplet = basename(argv[0] ?? "") === "busybox";
  if (isApplet && !SHELL_NAMES.has(argv[1] ?? "")) return false;
  const args = argv.slice(isApplet ? 2 : 1);
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? "";
    if (/^[-+][a-zA-Z]*c/.test(word) && !word.startsWith("--")) return false;
    if (/^(?:--rcfile|--init-file|[-+]\w*[oO])$/.test(word)) index++;
    else if (!/^[-+]/.test(word)) return false;
  }
  return true;
}

function findOtherTerminal(pid: number, terminal: number, depth: number): number | null {
  if (depth === 0) return null;
  for (const child of childrenOf(pid)) {
    const stat = readStat(child);
    if (stat !== null && stat.terminal > 0 && stat.terminal !== terminal) return child;
    const found = findOtherTerminal(child, terminal, depth - 1);
    if (found !== null) return found;
  }
  return null;
}

/** The mark of the program that the process runs now, as `Foreground.image`. */
export function imageOf(pid: number): string {
  return readStat(pid)?.stack ?? "";
}

function readStat(pid: number): ProcessStat | null {
  const text = readProc(`${pid}/stat`);
  const found = text === null ? null : /^\d+ \((.*)\) (.*)$/s.exec(text.trimEnd());
  if (found === null) return null;
  // The third field and those that follow.
  const fields = (found[2] ?? "").split(" ");
  const stack = fields[25] ?? "0";
  return { name: found[1] ?? "", terminal: Number(fields[4]), foregroundGroup: Number(fields[5]), stack: stack === "0" ? "" : stack };
}

// Twenty times a second while a command runs: what waits for nothing costs a tenth of what a promise does.
function readProc(path: string): string | null {
  return readBytesSync(`/proc/${path}`)?.toString("utf8") ?? null;
}
