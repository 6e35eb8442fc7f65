import { inspectContainer } from "../container/container.ts";
import { demultiplex } from "./demultiplex.ts";
import type { Engine } from "../open-engine.ts";
import { callBytes, callStream } from "../transport/request.ts";

/** What a container's first process wrote so far, stdout and stderr as they came; the last `tail` lines where given. */
export async function containerLogs(engine: Engine, id: string, options: { readonly tail?: number } = {}): Promise<Buffer> {
  const { tty } = await inspectContainer(engine, id);
  const request = {
    path: `/containers/${encodeURIComponent(id)}/logs`,
    query: { stdout: true, stderr: true, tail: options.tail ?? "all" },
    codes: { 404: "container-unknown" },
  };
  if (tty) return callBytes(engine.channel, request);
  const parts: Buffer[] = [];
  for await (const frame of demultiplex(await callStream(engine.channel, request))) parts.push(frame.bytes);
  return Buffer.concat(parts);
}
