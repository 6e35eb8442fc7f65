import { isCooperError } from "../../base/errors.ts";
import type { ImageInfo } from "../../engine/image.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { exercise, type ExerciseResult } from "../exercise/exercise.ts";
import type { SlimRequest } from "../request.ts";
import { serviceSpec } from "../trace-image/service-spec.ts";

interface Checked {
  readonly request: SlimRequest;
  readonly imageId: string;
  /** What the ports of the original answered. */
  readonly answers: string;
}

/** Exercises a slim image as the original was; null when it passes and answers the same. */
export async function checkImage(engine: Engine, info: ImageInfo, checked: Checked): Promise<ExerciseResult | null> {
  const { request, imageId, answers } = checked;
  try {
    const { result } = await exercise(engine, serviceSpec(info, request, imageId), {
      spec: { ...request.exercise, image: imageId, stopsGracefully: false },
      use: () => Promise.resolve(null),
    });
    if (!result.isPassed) return result;
    return result.answers === answers ? null : { ...result, isPassed: false, why: differenceOf(answers, result.answers) };
  } catch (error) {
    if (!isCooperError(error)) throw error;
    return { isPassed: false, why: error.message, exit: null, output: "", logs: "", answers: "" };
  }
}

function differenceOf(wanted: string, got: string): string {
  const had = new Set(got.split("\n"));
  const line = wanted.split("\n").find((one) => !had.has(one)) ?? "it answers more than the original";
  return `the original answers "${line}", the slim image does not`;
}
