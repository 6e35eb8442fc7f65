import type { Engine } from "../engine/open-engine.ts";
import { mergeTraces } from "../trace/protocol.ts";
import { findImage } from "./inspect/find-image.ts";
import { inspectImage } from "./inspect/inspect-image.ts";
import { putOut } from "./output/put-out.ts";
import { proveImage } from "./proof/prove-image.ts";
import type { SlimRequest, SlimResult, Surroundings } from "./request.ts";
import { sideBySide } from "./side-by-side.ts";
import { startStopwatch } from "./stopwatch.ts";
import { traceImage } from "./trace-image/trace-image.ts";

/** inspect > trace > closure > pack > proof > output; closure to proof again while a test misses something. */
export async function slimImage(engine: Engine, request: SlimRequest, around: Surroundings): Promise<SlimResult> {
  const clock = startStopwatch();
  const found = await findImage(engine, request.image, request.changes);
  around.emit({ kind: "progress", text: `exercising ${request.image} under the sensor` });
  const [original, runs] = await sideBySide(
    request.signal,
    (signal) => inspectImage(engine, found, { spool: around.spool, run: request.run, signal }),
    (signal) => traceImage(engine, found, { ...request, exercise: { ...request.exercise, signal } }),
  );
  clock.lap("trace");
  const traced = { ...runs, trace: mergeTraces([runs.trace, ...request.traces]) };
  const { built, repairs } = await proveImage(engine, { request, original, traced, around, clock });
  await putOut(engine, { original, built, request });
  clock.lap("output");
  const { id: originalId, size: originalBytes } = found.info;
  return {
    originalId,
    originalBytes,
    imageId: built.id,
    slimBytes: built.size,
    trace: traced.trace,
    kept: built.kept,
    repairs,
    seconds: clock.laps,
  };
}
