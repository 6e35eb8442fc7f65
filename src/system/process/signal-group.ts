import { isEndedButThere } from "./process-name.ts";
import { readBytesSync } from "./proc.ts";

/** Signals a process group of this machine; false where there is none, or it is somebody else's. */
export function signalGroup(leader: number, signal: NodeJS.Signals): boolean {
  return send(-leader, signal);
}

/** Signals the group that a process of this machine leads; where it leads none (crun starts Podman's in a group of its own), the process and its children. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  return signalGroup(pid, signal) || signalFamily(pid, signal);
}

function signalFamily(pid: number, signal: NodeJS.Signals): boolean {
  const children = childrenOf(pid);
  const isSent = send(pid, signal);
  for (const child of children) signalFamily(child, signal);
  return isSent;
}

function send(target: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(target, signal);
  } catch {
    return false;
  }
}

function childrenOf(pid: number): readonly number[] {
  const text = readBytesSync(`/proc/${pid}/task/${pid}/children`)?.toString("latin1") ?? "";
  return text.split(" ").filter(Boolean).map(Number);
}

/** True while a process of that number runs; one that has ended is none, also where its parent has not asked after it yet. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0) && !isEndedButThere(pid);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
