import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { removeImage } from "../../engine/image.ts";
import { tagImage } from "../../engine/load-image.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { closeTrace, type Kept } from "../closure/close.ts";
import type { ExerciseResult } from "../exercise/exercise.ts";
import type { Original } from "../inspect/inspect-image.ts";
import { buildImage, type BuiltImage } from "../pack/build-image.ts";
import type { SlimRequest, Surroundings } from "../request.ts";
import type { Stopwatch } from "../stopwatch.ts";
import { tracedRun, type TracedRun } from "../trace-image/trace-image.ts";
import { checkImage } from "./check-image.ts";
import { missingPaths } from "./missing.ts";

/** An image that passed and has its tag. */
export interface Proven {
  readonly built: BuiltImage;
  readonly kept: Kept;
  /** Paths that a failed test named. */
  readonly repairs: readonly string[];
}

interface Proof {
  readonly request: SlimRequest;
  readonly original: Original;
  readonly traced: TracedRun;
  readonly around: Surroundings;
  readonly clock: Stopwatch;
}

/** Closes, packs and tests, and adds what a failed test missed, until an image passes; throws `slim-not-proven`. */
export async function proveImage(engine: Engine, proof: Proof): Promise<Proven> {
  const { request, original, clock } = proof;
  const repairs: string[] = [];
  for (let round = 0; ; round++) {
    const kept = closeFor(proof, repairs);
    clock.lap("closure");
    const built = await buildImage(engine, original, { kept, from: request.image, spool: proof.around.spool });
    clock.lap("pack");
    const failure = await checkImage(engine, original.info, { request, imageId: built.id, answers: proof.traced.result.answers });
    clock.lap("proof");
    if (failure === null) {
      await tagImage(engine, built.id, request.tag);
      return { built, kept, repairs };
    }
    proof.around.emit({ kind: "progress", text: `the slim image does not pass (${failure.why}); looking for what is missing` });
    const missing = round < request.maxRepairs ? await findMissing(engine, proof, { imageId: built.id, kept }) : [];
    clock.lap("repair");
    await removeImage(engine, built.id, { force: true });
    if (missing.length === 0) throw notProven(request, failure);
    repairs.push(...missing);
  }
}

function closeFor({ request, original, traced }: Proof, repairs: readonly string[]): Kept {
  const { config } = original.info;
  const settings = { ...config, entrypoint: config.entrypoint ?? [], cmd: config.cmd ?? [] };
  const options = { ...request.options, missing: [...request.options.missing, ...repairs] };
  return closeTrace(original.files, original.packages, { trace: traced.trace, settings, options });
}

/** What the failed image looks for in vain and the original has. */
async function findMissing(
  engine: Engine,
  { request, original }: Proof,
  slim: { readonly imageId: string; readonly kept: Kept },
): Promise<string[]> {
  const { trace } = await tracedRun(engine, original.info, { request, image: slim.imageId });
  return missingPaths(original.files, new Set(slim.kept.keys()), trace);
}

function notProven(request: SlimRequest, failure: ExerciseResult): CooperError {
  return new CooperError("slim-not-proven", `No small image of ${request.image} passed its exercise: ${failure.why}.`, {
    hint: `Nothing was tagged. Keep more (--keep package) or name what is missing (--include PATH). The container's last lines:\n${failure.logs}\n${failure.output}`,
    exit: EXIT.no,
    where: { image: request.image },
  });
}
