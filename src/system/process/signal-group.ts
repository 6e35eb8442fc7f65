import { isEndedButThere } from "./process-name.ts";

/** Signals a process group of this machine; false where there is none, or it is somebody else's. */
export function signalGroup(leader: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(-leader, signal);
  } catch {
    return false;
  }
}

/** True while a process of that number runs; one that has ended is none, also where its parent has not asked after it yet. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0) && !isEndedButThere(pid);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
