import { inspectImage as askImage } from "../engine/image.ts";
import type { Engine } from "../engine/open-engine.ts";
import { mergeTraces } from "../trace/protocol.ts";
import { inspectImage } from "./inspect/inspect-image.ts";
import { proveImage } from "./proof/prove-image.ts";
import type { SlimRequest, SlimResult, Surroundings } from "./request.ts";
import { startStopwatch } from "./stopwatch.ts";
import { traceImage } from "./trace-image/trace-image.ts";

/** inspect > trace > closure > pack > proof; the last three again while a test misses something. */
export async function slimImage(engine: Engine, request: SlimRequest, around: Surroundings): Promise<SlimResult> {
  const clock = startStopwatch();
  const info = await askImage(engine, request.image);
  const inspecting = inspectImage(engine, info, around.spool);
  inspecting.catch(() => undefined);
  around.emit({ kind: "progress", text: `exercising ${request.image} under the sensor` });
  const run = await traceImage(engine, info, request);
  clock.lap("trace");
  const original = await inspecting;
  clock.lap("inspect");
  const traced = { ...run, trace: mergeTraces([run.trace, ...request.traces]) };
  const { built, kept, repairs } = await proveImage(engine, { request, original, traced, around, clock });
  const { trace } = traced;
  return { imageId: built.id, slimBytes: built.size, originalBytes: info.size, trace, kept, repairs, seconds: clock.laps };
}
