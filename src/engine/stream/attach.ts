import type { Duplex } from "node:stream";
import type { Engine } from "../open-engine.ts";
import { hijack } from "../transport/request.ts";

/** The standard streams of a container, which may not have been started yet. Its output is framed unless it has a tty (see `demultiplex`). */
export function attachContainer(engine: Engine, id: string, options: { readonly signal?: AbortSignal } = {}): Promise<Duplex> {
  return hijack(engine.channel, {
    method: "POST",
    path: `/containers/${encodeURIComponent(id)}/attach`,
    query: { stream: true, stdin: true, stdout: true, stderr: true },
    codes: { 404: "container-unknown", 409: "container-conflict" },
    signal: options.signal,
  });
}
