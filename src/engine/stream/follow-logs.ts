import { inspectContainer } from "../container/container.ts";
import { demultiplex, type Frame } from "./demultiplex.ts";
import type { Engine } from "../open-engine.ts";
import { callStream } from "../transport/request.ts";

export interface LogRequest {
  /** The last so many lines; all of them without. */
  readonly tail?: number | undefined;
  /** Seconds since 1970. */
  readonly since?: number | undefined;
  readonly follow?: boolean | undefined;
  readonly timestamps?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a container's first process wrote, piece by piece, and with `follow` what it still writes; what it wrote to a terminal counts as stdout. */
export async function* followLogs(
  engine: Engine,
  id: string,
  { tail, since, follow = false, timestamps = false, signal }: LogRequest,
): AsyncGenerator<Frame, void, undefined> {
  const { tty } = await inspectContainer(engine, id);
  const stream = await callStream(engine.channel, {
    path: `/containers/${encodeURIComponent(id)}/logs`,
    query: { stdout: true, stderr: true, tail: tail ?? "all", since, follow, timestamps },
    codes: { 404: "container-unknown" },
    signal,
  });
  if (!tty) {
    yield* demultiplex(stream);
    return;
  }
  for await (const chunk of stream) if (chunk instanceof Buffer) yield { stream: "stdout", bytes: chunk };
}
