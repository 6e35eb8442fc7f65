import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import type { ImageInfo } from "../../engine/image.ts";
import type { Engine } from "../../engine/open-engine.ts";
import type { Trace } from "../../trace/protocol.ts";
import { placeSensor } from "../../trace/sensor-volume.ts";
import { readTrace, tracedSpec } from "../../trace/traced-container.ts";
import { exercise, type ExerciseResult } from "../exercise/exercise.ts";
import type { SlimRequest } from "../request.ts";
import { serviceCommand, serviceSpec } from "./service-spec.ts";

/** What an image's programs touched while it was exercised, and how that went. */
export interface TracedRun {
  readonly trace: Trace;
  readonly result: ExerciseResult;
}

/** Exercises the original under the sensor; throws `exercise-failed` where it does not pass there. */
export async function traceImage(engine: Engine, info: ImageInfo, request: SlimRequest): Promise<TracedRun> {
  const run = await tracedRun(engine, info, { request, image: info.id });
  if (run.result.isPassed) return run;
  throw new CooperError("exercise-failed", `The exercise does not pass on the original image ${request.image}: ${run.result.why}.`, {
    hint: `Run it against the image by hand first. The container's last lines:\n${run.result.logs}\n${run.result.output}`,
    exit: EXIT.no,
    where: { image: request.image },
  });
}

/** One run of an image (the original, or a slim one that failed) under the sensor, passed or not. */
export async function tracedRun(
  engine: Engine,
  info: ImageInfo,
  { request, image }: { readonly request: SlimRequest; readonly image: string },
): Promise<TracedRun> {
  const volumes = await placeSensor(engine, { image, sensor: request.sensor, run: request.run });
  try {
    const how = { mode: request.mode, volumes, log: "trace" };
    const spec = tracedSpec(serviceSpec(info, request, image), serviceCommand(info, request), how);
    const { result, used } = await exercise(engine, spec, {
      spec: { ...request.exercise, image: request.image, stopsGracefully: true },
      use: (id) => readTrace(engine, id, "trace"),
    });
    return { result, trace: used };
  } finally {
    await volumes.remove();
  }
}
