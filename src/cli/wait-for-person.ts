import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { ToBeUsed } from "../slim/exercise/plan.ts";
import type { VerbContext } from "./context.ts";

type Waiting = (container: ToBeUsed) => Promise<void>;

/** How `--wait` is told to go on: after seconds, at Enter, or by SIGUSR1; null: nobody is waited for. */
export function waitForPerson(context: VerbContext, how: string | null): Waiting | null {
  if (how === null) return null;
  const { signal } = context;
  if (how === "signal")
    return (used) => waitFor(context, { used, what: `kill -USR1 ${process.pid}` }, once(process, "SIGUSR1", { signal }));
  if (how === "enter") return (used) => waitFor(context, { used, what: "press Enter" }, once(context.stdin, "data", { signal }));
  return (used) => waitFor(context, { used, what: `it goes on in ${how} s` }, delay(Number(how) * 1000, undefined, { signal }));
}

interface Told {
  readonly used: ToBeUsed;
  /** How it goes on. */
  readonly what: string;
}

async function waitFor(context: VerbContext, { used, what }: Told, happened: Promise<unknown>): Promise<void> {
  const ways = [
    `docker ${used.hasTerminal ? "attach" : "exec -it"} ${used.name}${used.hasTerminal ? "" : " COMMAND"}`,
    ...used.addresses.map((one) => `port ${one}`),
  ];
  context.progress.emit({ kind: "progress", text: `use the container ${used.name} now (${ways.join(", ")}); to go on: ${what}` });
  await happened;
  context.stdin.pause();
}
