import type { Readable } from "node:stream";
import type { Engine } from "./open-engine.ts";
import { parseReply, type Reply } from "./reply.ts";
import { connectionError } from "./transport/failure.ts";
import { callStream } from "./transport/request.ts";

/** Something that happened at the engine. */
export interface EngineEvent {
  /** "container", "image", "network", … */
  readonly type: string;
  /** "start", "die", "exec_create: sh", … */
  readonly action: string;
  readonly id: string;
  /** "name", "image", "exitCode", labels, … */
  readonly attributes: Readonly<Record<string, string>>;
  /** Milliseconds since 1970 on the engine's clock. */
  readonly at: number;
}

/** Filter name to the values of which one must fit: `{type: ["container"], container: [id], event: ["die"]}`. */
export type EventFilters = Readonly<Record<string, readonly string[]>>;

/** The engine's events from now on, until the signal is aborted (then it ends) or the connection is lost (then it throws `engine-unreachable`). It listens once the first `next()` has been asked for. */
export async function* watchEvents(
  engine: Engine,
  filters: EventFilters,
  signal: AbortSignal,
): AsyncGenerator<EngineEvent, void, undefined> {
  if (signal.aborted) return;
  try {
    const stream = await callStream(engine.channel, { path: "/events", query: { filters: JSON.stringify(filters) }, signal });
    for await (const line of linesOf(stream)) {
      yield readEvent(parseReply(line));
      if (signal.aborted) return;
    }
  } catch (error) {
    if (!signal.aborted) throw connectionError(error, engine.channel.target);
    return;
  }
  if (!signal.aborted) throw connectionError(new Error("it ended the stream of events"), engine.channel.target);
}

async function* linesOf(stream: Readable): AsyncGenerator<string, void, undefined> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    if (!(chunk instanceof Buffer)) continue;
    held = Buffer.concat([held, chunk]);
    for (let end = held.indexOf(10); end !== -1; end = held.indexOf(10)) {
      const line = held.subarray(0, end).toString().trim();
      held = held.subarray(end + 1);
      if (line !== "") yield line;
    }
  }
}

const NANOSECONDS_IN_A_MILLISECOND = 1e6;

function readEvent(event: Reply): EngineEvent {
  return {
    type: event.at("Type").text(),
    action: event.at("Action").text(event.at("status").text()),
    id: event.at("Actor", "ID").text(event.at("id").text()),
    attributes: event.at("Actor", "Attributes").textMap(),
    at: Math.floor(event.at("timeNano").number() / NANOSECONDS_IN_A_MILLISECOND),
  };
}
