import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { VerbContext } from "./context.ts";

/** How `--wait` is told to go on: after seconds, at Enter, or by SIGUSR1; null: nobody is waited for. */
export function waitForPerson(context: VerbContext, how: string | null): (() => Promise<void>) | null {
  if (how === null) return null;
  const { signal } = context;
  if (how === "signal") return () => waitFor(context, "kill -USR1 " + process.pid, once(process, "SIGUSR1", { signal }));
  if (how === "enter") return () => waitFor(context, "press Enter", once(context.stdin, "data", { signal }));
  return () => waitFor(context, `${how} s`, delay(Number(how) * 1000, undefined, { signal }));
}

async function waitFor(context: VerbContext, what: string, happened: Promise<unknown>): Promise<void> {
  context.progress.emit({ kind: "progress", text: `use the container now; to go on: ${what}` });
  await happened;
  context.stdin.pause();
}
