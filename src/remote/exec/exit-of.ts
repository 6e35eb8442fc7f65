import { inspectExec } from "../../engine/exec.ts";
import { whileWhole } from "../link/link.ts";
import type { ContainerPlace } from "./running-command.ts";

const POLL_MS = 20;
const WITHIN_MS = 10_000;

/** The exit code that the engine has of a process whose output has ended; null where it cannot tell. */
export async function exitOf({ engine, link }: ContainerPlace, execId: string): Promise<number | null> {
  const until = Date.now() + WITHIN_MS;
  for (;;) {
    const state = await whileWhole(link, inspectExec(engine, execId)).catch(() => null);
    if (state?.exitCode !== undefined && state.exitCode !== null) return state.exitCode;
    if (state === null || Date.now() > until) return null;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
