import type { Trace } from "../../trace/protocol.ts";
import type { CloseInput } from "../closure/close.ts";
import { askedPaths } from "../inspect/asked-paths.ts";
import type { Original } from "../inspect/inspect-image.ts";
import type { SlimRequest } from "../request.ts";

interface Known {
  readonly request: SlimRequest;
  readonly trace: Trace;
  /** Paths that failed tests named. */
  readonly repairs: readonly string[];
}

/** What the closure is told of an image: its Trace, its settings, and what the user wants. */
export function closeInput(original: Original, { request, trace, repairs }: Known): CloseInput {
  const { config } = original.info;
  const settings = { ...config, entrypoint: config.entrypoint ?? [], cmd: config.cmd ?? [] };
  const asked = askedPaths(original, request.asked);
  return { trace, settings, options: { ...request.options, asked, missing: [...request.options.missing, ...repairs] } };
}
