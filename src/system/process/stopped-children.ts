import { readBytesSync } from "./proc.ts";
import { isStopped } from "./process-name.ts";

const LOOKS = 10;

/**
 * Kills the programs that this process has started where they are stopped at each look for so long: what is stopped answers nothing, and what
 * has ended is started anew. Gives what ends it.
 */
export function endStoppedChildren(afterMs: number): () => void {
  let found = new Map<number, number>();
  const look = (): void => {
    const stopped = childrenOf(process.pid).filter(isStopped);
    found = new Map(stopped.map((pid) => [pid, (found.get(pid) ?? 0) + 1]));
    for (const [pid, looks] of found) if (looks >= LOOKS) kill(pid);
  };
  const timer = setInterval(look, afterMs / LOOKS).unref();
  return () => clearInterval(timer);
}

/** Those of the first thread, which is the one that starts programs; none where the kernel does not tell. */
function childrenOf(pid: number): readonly number[] {
  const text = readBytesSync(`/proc/${pid}/task/${pid}/children`)?.toString("latin1").trim() ?? "";
  return text === "" ? [] : text.split(" ").map(Number);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}
