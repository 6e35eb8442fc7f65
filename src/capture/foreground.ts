import { basename } from "node:path";
import { readTextIfThere } from "../system/files.ts";

/** The program that has a terminal now. */
export interface Foreground {
  /** On this machine. */
  readonly pid: number;
  readonly name: string;
  readonly argv: readonly string[];
  /** It waits for keys (true), it does something (false), or that cannot be seen from here. */
  readonly isWaiting: boolean | null;
  /** A shell that reads commands from its terminal. */
  readonly isShell: boolean;
}

interface ProcessStat {
  readonly name: string;
  readonly state: string;
  readonly terminal: number;
  readonly foregroundGroup: number;
}

/** The foreground process of the terminal that process `pid` has; through a program that made a terminal of its own (sudo), of that one. */
export async function readForeground(pid: number): Promise<Foreground | null> {
  const stat = await readStat(pid);
  if (stat === null || stat.foregroundGroup <= 0) return null;
  const leader = await readProcess(stat.foregroundGroup);
  if (leader === null || !MAKES_TERMINAL.has(leader.name)) return leader;
  const inner = await findOtherTerminal(leader.pid, stat.terminal, 6);
  return inner === null ? leader : ((await readForeground(inner)) ?? leader);
}

const MAKES_TERMINAL: ReadonlySet<string> = new Set(["sudo", "script", "su", "runuser", "doas"]);
const SHELL_NAMES: ReadonlySet<string> = new Set(["bash", "rbash", "zsh", "dash", "ash", "sh", "busybox"]);
/** read, poll, select, pselect6, ppoll on x86-64; read, pselect6, ppoll on arm64. */
const WAITING_CALLS: ReadonlySet<string> = new Set(["0", "7", "23", "270", "271", "63", "72", "73"]);

async function readProcess(pid: number): Promise<Foreground | null> {
  const [stat, line, call] = await Promise.all([readStat(pid), readProc(`${pid}/cmdline`), readProc(`${pid}/syscall`)]);
  if (stat === null) return null;
  const argv = (line ?? "").split("\0").slice(0, -1);
  const isWaiting = call === null ? null : stat.state === "S" && WAITING_CALLS.has(call.split(" ")[0] ?? "");
  return { pid, name: stat.name, argv, isWaiting, isShell: isInteractiveShell(stat.name, argv) };
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

async function findOtherTerminal(pid: number, terminal: number, depth: number): Promise<number | null> {
  if (depth === 0) return null;
  const children = (await readProc(`${pid}/task/${pid}/children`))?.trim().split(" ").filter(Boolean).map(Number) ?? [];
  for (const child of children) {
    const stat = await readStat(child);
    if (stat !== null && stat.terminal > 0 && stat.terminal !== terminal) return child;
    const found = await findOtherTerminal(child, terminal, depth - 1);
    if (found !== null) return found;
  }
  return null;
}

async function readStat(pid: number): Promise<ProcessStat | null> {
  const text = await readProc(`${pid}/stat`);
  const found = text === null ? null : /^\d+ \((.*)\) (\S) \S+ \S+ \S+ (-?\d+) (-?\d+)/s.exec(text);
  if (found === null) return null;
  return { name: found[1] ?? "", state: found[2] ?? "", terminal: Number(found[3]), foregroundGroup: Number(found[4]) };
}

// A process may end while it is read, and not all of it may be ours to see.
async function readProc(path: string): Promise<string | null> {
  try {
    return await readTextIfThere(`/proc/${path}`);
  } catch {
    return null;
  }
}
