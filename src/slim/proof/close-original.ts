import type { Trace } from "../../trace/protocol.ts";
import { LevelledClosure } from "../closure/close.ts";
import { askedPaths } from "../inspect/asked-paths.ts";
import type { Original } from "../inspect/inspect-image.ts";
import type { SlimRequest } from "../request.ts";

interface Known {
  readonly request: SlimRequest;
  readonly trace: Trace;
  /** Paths that failed tests named. */
  readonly repairs: readonly string[];
}

/** The closure of an image, told of its Trace, its settings, and what the user wants. */
export function closeOriginal(original: Original, { request, trace, repairs }: Known): LevelledClosure {
  const { config } = original.info;
  const settings = { ...config, entrypoint: config.entrypoint ?? [], cmd: config.cmd ?? [] };
  const asked = askedPaths(original, request.asked);
  const options = { ...request.options, asked, missing: [...request.options.missing, ...repairs] };
  return new LevelledClosure(original.files, original.packages, { trace, settings, options });
}
