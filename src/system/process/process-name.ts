import { createHash } from "node:crypto";
import { linkTarget, readBytesSync } from "./proc.ts";

const STARTED_FIELD = 19;
/** Zombies and dead ones: nothing runs any more, and nothing is held. */
const ENDED: ReadonlySet<string> = new Set(["Z", "X"]);
/** By a signal, or by a debugger. */
const STOPPED: ReadonlySet<string> = new Set(["T", "t"]);
const MACHINE_DIGITS = 12;
const NAME = /\.(\d+)-(\d+)-([0-9a-f]+)$/;

/** What tells this process from every other of this machine, and those that were before: ".PID-START-MACHINE"; empty where that is not known. */
export function processName(): string {
  const started = startOf(process.pid);
  const machine = machineName();
  return started === null || machine === null ? "" : `.${process.pid}-${started}-${machine}`;
}

/** True when the process whose name stands at the end of this text was one of this machine, and is no more. */
export function isOfEndedProcess(text: string): boolean {
  const [, pid = "", started = "", machine = ""] = NAME.exec(text) ?? [];
  return pid !== "" && machine === machineName() && startOf(Number(pid)) !== started;
}

/** True when the process whose name stands at the end of this text is one of this machine, and runs. */
export function isOfRunningProcess(text: string): boolean {
  return runningProcess(text) !== null;
}

/** The number of the process whose name stands at the end of this text; null where it is none of this machine, or is no more. */
export function runningProcess(text: string): number | null {
  const [, pid = "", started = "", machine = ""] = NAME.exec(text) ?? [];
  return pid !== "" && machine === machineName() && startOf(Number(pid)) === started ? Number(pid) : null;
}

/** A process as a file can tell it to other processes, also to those after the next start of the machine. */
export interface ProcessMark {
  readonly pid: number;
  readonly started: string | null;
  /** This start of the machine. */
  readonly boot: string | null;
  /** Which processes can be seen from there. */
  readonly processes: string | null;
}

/** The mark of this process. */
export function processMark(): ProcessMark {
  return { pid: process.pid, started: startOf(process.pid), boot: bootId(), processes: linkTarget("/proc/self/ns/pid") };
}

/** True when the marked process has certainly ended: it was of an earlier start of the machine, or it could be seen from here. */
export function hasEnded(mark: ProcessMark): boolean {
  if (mark.boot !== bootId()) return mark.boot !== null && bootId() !== null;
  return mark.started !== null && mark.processes === linkTarget("/proc/self/ns/pid") && startOf(mark.pid) !== mark.started;
}

function bootId(): string | null {
  return readBytesSync("/proc/sys/kernel/random/boot_id")?.toString("latin1").trim() ?? null;
}

/** True for what is left of a process that its parent has not asked after. */
export function isEndedButThere(pid: number): boolean {
  return ENDED.has(fieldsOf(pid)[0] ?? "");
}

/** True for a process that is there and does nothing until somebody lets it go on. */
export function isStopped(pid: number): boolean {
  return STOPPED.has(fieldsOf(pid)[0] ?? "");
}

/** What /proc tells of a process behind its name, which may hold anything. */
function fieldsOf(pid: number): readonly string[] {
  const text = readBytesSync(`/proc/${pid}/stat`)?.toString("latin1") ?? "";
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}

/** The clock tick a process started at; null when there is none, or only what its parent has not asked after yet. */
function startOf(pid: number): string | null {
  const fields = fieldsOf(pid);
  return ENDED.has(fields[0] ?? "") ? null : (fields[STARTED_FIELD] ?? null);
}

/** This start of the machine, and which processes of it can be seen from here. */
function machineName(): string | null {
  const boot = readBytesSync("/proc/sys/kernel/random/boot_id");
  const processes = linkTarget("/proc/self/ns/pid");
  if (boot === null || processes === null) return null;
  return createHash("sha256").update(boot).update(processes).digest("hex").slice(0, MACHINE_DIGITS);
}
