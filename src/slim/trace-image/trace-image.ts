import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { mergeTraces, type Trace } from "../../trace/protocol.ts";
import { placeSensor, type SensorVolumes } from "../../trace/sensor-volume.ts";
import { tracedExec } from "../../trace/traced-exec.ts";
import { readTrace, tracedSpec } from "../../trace/traced-container.ts";
import { exercise } from "../exercise/exercise.ts";
import type { ExercisePlan, ExerciseResult } from "../exercise/plan.ts";
import type { FoundImage } from "../inspect/find-image.ts";
import type { SlimRequest } from "../request.ts";
import { exercisePlans } from "./exercise-plans.ts";
import { serviceCommand, serviceSpec } from "./service-spec.ts";

/** What an image's programs touched while it was exercised, and how each run went. */
export interface TracedRuns {
  readonly trace: Trace;
  readonly results: readonly ExerciseResult[];
}

interface Subject {
  readonly found: FoundImage;
  readonly request: SlimRequest;
  /** The original's id, or that of a slim image that failed. */
  readonly imageId: string;
}

/** Exercises the original under the sensor; throws `exercise-failed` where it does not pass there. */
export async function traceImage(engine: Engine, found: FoundImage, request: SlimRequest): Promise<TracedRuns> {
  const runs = await traceRuns(engine, { found, request, imageId: found.info.id });
  const failure = runs.results.find((result) => !result.isPassed);
  if (failure === undefined) return runs;
  throw new CooperError("exercise-failed", `The exercise does not pass on the original image ${request.image}: ${failure.why}.`, {
    hint: `Run it against the image by hand first. The container's last lines:\n${failure.logs}\n${failure.output}`,
    exit: EXIT.no,
    where: { image: request.image },
  });
}

/** All runs of the exercise under the sensor, passed or not, until one fails. */
export async function traceRuns(engine: Engine, subject: Subject): Promise<TracedRuns> {
  const { found, request, imageId } = subject;
  const command = serviceCommand(found, request);
  const volumes = await placeSensor(engine, { image: imageId, sensor: request.sensor, run: request.run });
  const removed: Promise<void>[] = [];
  try {
    const traces: Trace[] = [];
    const results: ExerciseResult[] = [];
    for (const plan of exercisePlans(found, request)) {
      const one = await traceRun(engine, { ...subject, plan, volumes, command, index: results.length });
      removed.push(one.removed);
      traces.push(one.trace);
      results.push(one.result);
      if (!one.result.isPassed) break;
    }
    return { trace: mergeTraces(traces), results };
  } finally {
    await Promise.all(removed);
    await volumes.remove();
  }
}

interface OneRun extends Subject {
  readonly plan: ExercisePlan;
  readonly volumes: SensorVolumes;
  readonly command: ReturnType<typeof serviceCommand>;
  readonly index: number;
}

async function traceRun(
  engine: Engine,
  one: OneRun,
): Promise<{ readonly trace: Trace; readonly result: ExerciseResult; readonly removed: Promise<void> }> {
  const { found, request, imageId, plan, volumes, command, index } = one;
  const { mode } = request;
  const spec = tracedSpec(serviceSpec(found, request, imageId), command, { mode, volumes, log: `run${index}` });
  let commands = 0;
  const { result, used, removed } = await exercise(engine, spec, {
    run: {
      ...plan,
      image: request.image,
      isOriginal: imageId === found.info.id,
      stopSignal: found.info.config.stopSignal,
      runInside: (id, argv) =>
        tracedExec(engine, id, { ...command, argv, mode, log: `run${index}-exec${commands++}`, signal: plan.signal }),
    },
    use: (id) => readTrace(engine, id),
  });
  return { result, trace: used, removed };
}
