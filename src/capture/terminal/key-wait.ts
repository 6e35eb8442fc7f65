import { linkTarget, listFolder, readBytesSync, readMemory } from "../../system/process/proc.ts";

/** Numbers of the system calls that wait for input, by what their arguments are. */
const CALLS: Readonly<Record<string, Readonly<Record<string, "read" | "select" | "poll" | "epoll">>>> = {
  x64: { 0: "read", 7: "poll", 23: "select", 232: "epoll", 270: "select", 271: "poll", 281: "epoll" },
  arm64: { 22: "epoll", 63: "read", 72: "select", 73: "poll" },
};
const TERMINAL = /^\/dev\/(?:pts\/\d+|tty\w*|console)$/;
const MASTER = /^\/dev\/(?:pts\/)?ptmx$/;
const MOST_DESCRIPTORS = 1024;
const INPUT = 1;
/** A command has seldom more processes that could ask something. */
const MOST_PROCESSES = 40;

/** Whether a process, or one of those that it started, waits for keys from a terminal; null where that cannot be seen from here. */
export function waitsForKeys(pid: number): boolean | null {
  const own = waitsItself(pid);
  if (own !== false) return own;
  const waiting = childrenOf(pid);
  for (let seen = 0; seen < MOST_PROCESSES; seen++) {
    const next = waiting.shift();
    if (next === undefined) return false;
    if (waitsItself(next) === true) return true;
    waiting.push(...childrenOf(next));
  }
  return false;
}

/** The process has made a terminal of its own and passes on what is typed (sudo, script, apt while dpkg runs). */
export function relaysKeys(pid: number): boolean {
  return listFolder(`/proc/${pid}/fd`).some(({ name }) => MASTER.test(linkTarget(`/proc/${pid}/fd/${name}`) ?? ""));
}

/** Processes that the process has started. */
export function childrenOf(pid: number): number[] {
  return (readBytesSync(`/proc/${pid}/task/${pid}/children`)?.toString() ?? "").split(" ").filter(Boolean).map(Number);
}

// The call that it is blocked in, with its arguments: "7 0x7ffd…  0x1 …"; "running" where it is in none.
function waitsItself(pid: number): boolean | null {
  const text = readBytesSync(`/proc/${pid}/syscall`)?.toString();
  const calls = CALLS[process.arch];
  if (text === undefined || calls === undefined) return null;
  const [number = "", first = "0", second = "0"] = text.split(" ");
  const kind = calls[number];
  if (kind === undefined) return false;
  const descriptors = watchedBy(kind, { pid, first: Number(first), second: Number(second) });
  return descriptors.some((descriptor) => TERMINAL.test(linkTarget(`/proc/${pid}/fd/${descriptor}`) ?? ""));
}

interface Watching {
  readonly pid: number;
  readonly first: number;
  readonly second: number;
}

// select: the number of descriptors and their set of bits; poll: a list of descriptor (4 bytes) and events (2 and 2), and its length.
function watchedBy(kind: "read" | "select" | "poll" | "epoll", { pid, first, second }: Watching): number[] {
  if (kind === "read") return [first];
  if (kind === "epoll") return watchedByEpoll(pid, first);
  const count = Math.min(kind === "select" ? first : second, MOST_DESCRIPTORS);
  const all = Array.from({ length: count }, (_, index) => index);
  if (kind === "select") {
    const bits = readMemory(pid, second, Math.ceil(count / 8));
    return bits === null ? all : all.filter((index) => ((bits[index >> 3] ?? 0) & (1 << (index & 7))) !== 0);
  }
  const list = readMemory(pid, first, count * 8);
  if (list === null) return [0];
  return all.filter((index) => (list.readInt16LE(index * 8 + 4) & INPUT) !== 0).map((index) => list.readInt32LE(index * 8));
}

function watchedByEpoll(pid: number, descriptor: number): number[] {
  const text = readBytesSync(`/proc/${pid}/fdinfo/${descriptor}`)?.toString() ?? "";
  return Array.from(text.matchAll(/^tfd:\s+(\d+)/gm), (match) => Number(match[1]));
}
