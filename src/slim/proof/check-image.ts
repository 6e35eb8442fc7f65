import { isCooperError } from "../../base/errors.ts";
import { runInContainer } from "../../engine/stream/exec.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { exercise } from "../exercise/exercise.ts";
import type { ExercisePlan, ExerciseResult } from "../exercise/plan.ts";
import type { FoundImage } from "../inspect/find-image.ts";
import type { Pending } from "../pending.ts";
import type { SlimRequest } from "../request.ts";
import { exercisePlans } from "../trace-image/exercise-plans.ts";
import { serviceSpec } from "../trace-image/service-spec.ts";
import { compareAnswers } from "./compare-answers.ts";

/** How a slim image fell short. */
export interface Shortfall {
  readonly why: string;
  readonly output: string;
  readonly logs: string;
  /** False: it passed, and a page that stays the same in the original has another content. */
  readonly isFailure: boolean;
}

interface Checked {
  readonly found: FoundImage;
  readonly request: SlimRequest;
  readonly imageId: string;
  /** How the runs went on the original. */
  readonly wanted: readonly ExerciseResult[];
  readonly pending: Pending;
}

/** Exercises a slim image as the original was; null when it passes and answers the same. */
export async function checkImage(engine: Engine, checked: Checked): Promise<Shortfall | null> {
  let difference: Shortfall | null = null;
  for (const [index, plan] of exercisePlans(checked.found, checked.request).entries()) {
    const shortfall = await checkRun(engine, checked, { plan, index });
    if (shortfall?.isFailure === true) return shortfall;
    difference ??= shortfall;
  }
  return difference;
}

async function checkRun(
  engine: Engine,
  { found, request, imageId, wanted, pending }: Checked,
  { plan, index }: { readonly plan: ExercisePlan; readonly index: number },
): Promise<Shortfall | null> {
  const { user, workdir } = request.container;
  const options = { signal: plan.signal, ...(user === undefined ? {} : { user }), ...(workdir === undefined ? {} : { workdir }) };
  try {
    const result = await exercise(engine, serviceSpec(found, request, imageId), {
      run: {
        ...plan,
        wait: null,
        image: imageId,
        isOriginal: false,
        isService: wanted[index]?.isService === true,
        stopSignal: found.info.config.stopSignal,
        runInside: (id, argv) => runInContainer(engine, id, argv, options),
      },
      pending,
    });
    return judge(result, wanted[index]);
  } catch (error) {
    if (!isCooperError(error)) throw error;
    return { why: error.message, output: "", logs: "", isFailure: true };
  }
}

function judge(result: ExerciseResult, wanted: ExerciseResult | undefined): Shortfall | null {
  const { output, logs } = result;
  if (!result.isPassed) return { why: result.why, output, logs, isFailure: true };
  const difference = compareAnswers(wanted?.answers ?? [], result.answers);
  return difference === null ? null : { ...difference, output, logs };
}
