import type { Engine } from "../open-engine.ts";
import { callBytes } from "../transport/request.ts";

/** Sends a signal ("HUP") to a container's first process; throws `container-unknown`, `container-not-running`. */
export async function signalContainer(engine: Engine, id: string, signal: string): Promise<void> {
  await callBytes(engine.channel, {
    method: "POST",
    path: `/containers/${encodeURIComponent(id)}/kill`,
    query: { signal },
    codes: { 404: "container-unknown", 409: "container-not-running" },
  });
}
