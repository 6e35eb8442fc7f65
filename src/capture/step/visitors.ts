import { watchEvents } from "../../engine/events.ts";
import type { Engine } from "../../engine/open-engine.ts";

/** Other people's work in the container, as far as the engine tells of it: copies and commands. */
export interface Visitors {
  /** Somebody came between the two times, or was there. */
  wasVisited(from: number, to: number): boolean;
  close(): void;
}

const EVENTS = ["exec_start", "exec_die", "extract-to-dir", "archive-path", "copy"];

/** Listens to the engine's events about the container. The events of our own exec `execId` are no visit. */
export function watchVisitors(engine: Engine, containerId: string, execId: string): Visitors {
  const abort = new AbortController();
  const times: number[] = [];
  void listen(engine, { containerId, execId, times }, abort.signal);
  return { wasVisited: (from, to) => times.some((at) => at >= from && at <= to), close: () => abort.abort() };
}

interface Listening {
  readonly containerId: string;
  readonly execId: string;
  readonly times: number[];
}

// An engine that tells nothing leaves the Effects as certain as they were.
async function listen(engine: Engine, { containerId, execId, times }: Listening, signal: AbortSignal): Promise<void> {
  try {
    for await (const event of watchEvents(engine, { type: ["container"], container: [containerId], event: EVENTS }, signal)) {
      if (event.attributes["execID"] !== execId) times.push(event.at);
    }
  } catch {
    return;
  }
}
