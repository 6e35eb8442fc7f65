import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import type { Engine } from "../../engine/open-engine.ts";
import type { Trace } from "../../trace/protocol.ts";
import { openSensor } from "../../trace/open-sensor.ts";
import type { Sensor } from "../../trace/sensor.ts";
import { exercise } from "../exercise/exercise.ts";
import type { ExercisePlan, ExerciseResult } from "../exercise/plan.ts";
import type { FoundImage } from "../inspect/find-image.ts";
import type { Pending } from "../pending.ts";
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
  readonly pending: Pending;
  /** See all its system calls too, which takes longer. */
  readonly hasCalls?: boolean;
}

/** Exercises the original under the sensor; throws `exercise-failed` where it does not pass there. */
export async function traceImage(
  engine: Engine,
  found: FoundImage,
  { request, pending }: { readonly request: SlimRequest; readonly pending: Pending },
): Promise<TracedRuns> {
  const runs = await traceRuns(engine, { found, request, imageId: found.info.id, pending });
  const failure = runs.results.find((result) => !result.isPassed);
  if (failure === undefined) return runs;
  const user = /^cooper-sensor: (.*): No such file or directory$/m.exec(failure.logs)?.[1] ?? null;
  if (user !== null && user === serviceCommand(found, request).user) throw userUnknown(user, request.name);
  throw new CooperError("exercise-failed", `The exercise does not pass on the original image ${request.name}: ${failure.why}.`, {
    hint: `Run it against the image by hand first. The container's last lines:\n${failure.logs}\n${failure.output}`,
    exit: EXIT.no,
    where: { image: request.image },
  });
}

function userUnknown(user: string, image: string): CooperError {
  return new CooperError("user-unknown", `The image ${image} has no user ${user}.`, {
    hint: "Give a name that stands in the image's /etc/passwd, or a number.",
    where: { image },
  });
}

/** All runs of the exercise under the sensor, passed or not, until one fails. */
export async function traceRuns(engine: Engine, subject: Subject): Promise<TracedRuns> {
  const { found, request, imageId } = subject;
  const command = serviceCommand(found, request);
  const { run, mode, isTrusted } = request;
  const sensor = await openSensor(engine, {
    image: imageId,
    program: request.sensor,
    run,
    mode,
    isTrusted,
    hasCalls: subject.hasCalls === true,
  });
  try {
    const results: ExerciseResult[] = [];
    for (const plan of exercisePlans(found, request)) {
      const one = await traceRun(engine, { ...subject, plan, sensor, command });
      results.push(one);
      if (!one.isPassed) break;
    }
    return { trace: await sensor.take(), results };
  } finally {
    subject.pending.add(sensor.remove());
  }
}

interface OneRun extends Subject {
  readonly plan: ExercisePlan;
  readonly sensor: Sensor;
  readonly command: ReturnType<typeof serviceCommand>;
}

async function traceRun(engine: Engine, one: OneRun): Promise<ExerciseResult> {
  const { found, request, imageId, plan, sensor, command } = one;
  const hasVisitors = plan.command !== null || plan.wait !== null;
  const traced = sensor.prepare(serviceSpec(found, request, imageId), command, { hasVisitors });
  const run = {
    ...plan,
    image: imageId === found.info.id ? request.image : imageId,
    isOriginal: imageId === found.info.id,
    isService: false,
    stopSignal: found.info.config.stopSignal,
    runInside: (id: string, argv: readonly string[]) => sensor.exec(id, { ...command, argv }, { signal: plan.signal }),
  };
  try {
    return await exercise(engine, traced.spec, { run, traced, pending: one.pending });
  } catch (error) {
    if (await traced.isAllowed()) throw error;
    await one.pending.done();
    return traceRun(engine, one);
  }
}
