import type { Duplex } from "node:stream";
import { inspectExec } from "../../engine/stream/exec.ts";
import { isBrokenOff } from "../../engine/transport/ssh-stream.ts";
import { whileWhole } from "../link/link.ts";
import type { ContainerPlace } from "./running-command.ts";

const POLL_MS = 20;
const WITHIN_MS = 10_000;

/**
 * The exit code that the engine has of a process whose output has ended; null where it cannot tell, or where the output may not be all: a shell
 * that never had its command, because its connection was cut, ends with 0.
 */
export async function exitOf(place: ContainerPlace, execId: string, stream: Duplex): Promise<number | null> {
  if (isBrokenOff(stream)) return null;
  return await whileWhole(place.link, toldExit(place, execId)).catch(() => null);
}

async function toldExit({ engine, link }: ContainerPlace, execId: string): Promise<number | null> {
  const until = Date.now() + WITHIN_MS;
  while (link.isWhole) {
    const { exitCode } = await inspectExec(engine, execId);
    if (exitCode !== null) return exitCode;
    if (Date.now() > until) return null;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return null;
}
