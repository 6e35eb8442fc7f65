import type { Trace, TraceAct } from "../../trace/protocol.ts";
import type { Closure } from "./closure.ts";

/** Trees that the kernel and the engine fill: nothing of the image shows there. */
const NOT_OF_THE_IMAGE = ["/proc", "/sys", "/dev"];
const FILES_OF_THE_ENGINE = new Set(["/etc/hosts", "/etc/hostname", "/etc/resolv.conf"]);

/** Keeps all that a Trace touched: what is there with the links on the way, and of what is not there the nearest folder. */
export function seedTrace(closure: Closure, trace: Trace): void {
  for (const [path, acts] of Object.entries(trace.touched)) {
    if (isOutside(path)) continue;
    closure.keep(path, { rule: "trace", because: acts.join(", "), level: "trace" });
    if (isCreating(acts))
      closure.keep(path.slice(0, path.lastIndexOf("/")) || "/", { rule: "trace:parent", because: path, level: "trace" });
  }
}

function isOutside(path: string): boolean {
  return FILES_OF_THE_ENGINE.has(path) || NOT_OF_THE_IMAGE.some((tree) => path.startsWith(`${tree}/`));
}

function isCreating(acts: readonly TraceAct[]): boolean {
  return acts.includes("written") || acts.includes("changed") || acts.includes("connected");
}
