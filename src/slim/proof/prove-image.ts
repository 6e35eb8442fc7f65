import { removeImage } from "../../engine/image/image.ts";
import { passingName } from "../../engine/left-overs.ts";
import type { Engine } from "../../engine/open-engine.ts";
import type { LevelledClosure } from "../closure/close.ts";
import type { Original } from "../inspect/inspect-image.ts";
import { buildImage, type BuiltImage } from "../pack/build-image.ts";
import type { SlimRequest, Surroundings } from "../request.ts";
import type { Stopwatch } from "../stopwatch.ts";
import { traceRuns, type TracedRuns } from "../trace-image/trace-image.ts";
import { closeOriginal } from "./close-original.ts";
import { checkImage, type Shortfall } from "./check-image.ts";
import { missingPaths, unlistedPaths } from "./missing.ts";
import { notProven } from "./not-proven.ts";

/** An image that passed; it has only its passing name yet. */
export interface Proven {
  readonly built: BuiltImage;
  /** Paths that a failed test named. */
  readonly repairs: readonly string[];
  /** That of the Trace alone, without repairs. */
  readonly closure: LevelledClosure;
}

interface Proof {
  readonly request: SlimRequest;
  readonly original: Original;
  readonly traced: TracedRuns;
  readonly around: Surroundings;
  readonly clock: Stopwatch;
}

/** Closes, packs and tests, and adds what a failed test missed, until an image passes; throws `slim-not-proven`. */
export async function proveImage(engine: Engine, proof: Proof): Promise<Proven> {
  const { original, request, traced } = proof;
  const repairs: string[] = [];
  const close = (): LevelledClosure => closeOriginal(original, { request, trace: traced.trace, repairs });
  const closure = close();
  try {
    let candidate = await makeCandidate(engine, proof, closure);
    // A proof waits for containers most of its time; who needs the prices hears what went wrong.
    closure.prices().catch(() => undefined);
    for (let round = 0; ; round++) {
      const shortfall = await check(engine, proof, candidate);
      if (shortfall === null) break;
      const missing = await findMissing(engine, proof, { candidate, shortfall, round });
      // What was added and is missing again is left out by the user's wish.
      const added = missing.filter((path) => !repairs.includes(path));
      const isHopeless = added.length === 0 || round >= request.maxRepairs;
      if (isHopeless && shortfall.isFailure) throw notProven(request, shortfall, { rounds: round, added, missing });
      if (isHopeless) {
        proof.around.emit({ kind: "finding", finding: { code: "answer-differs", message: shortfall.why } });
        break;
      }
      repairs.push(...added);
      await proof.around.pending.done();
      await removeImage(engine, passingName(request.run));
      candidate = await makeCandidate(engine, proof, close());
    }
    return { built: candidate, repairs, closure };
  } catch (error) {
    await proof.around.pending.done();
    await removeImage(engine, passingName(request.run));
    throw error;
  }
}

async function makeCandidate(engine: Engine, proof: Proof, closure: LevelledClosure): Promise<BuiltImage> {
  const { request, original, clock } = proof;
  const kept = closure.kept();
  clock.lap("closure");
  const built = await buildImage(engine, original, { kept, request });
  clock.lap("pack");
  return built;
}

async function check(engine: Engine, { request, original, traced, clock, around }: Proof, built: BuiltImage): Promise<Shortfall | null> {
  const shortfall = await checkImage(engine, {
    found: original,
    request,
    imageId: built.id,
    wanted: traced.results,
    pending: around.pending,
  });
  clock.lap("proof");
  return shortfall;
}

/** In the first rounds what the program says it misses is enough of what a folder lacks. */
const NAMED_ROUNDS = 2;

/** What the failed image looks for in vain and the original has; where it looked for nothing, what the folders lack that it listed. */
async function findMissing(
  engine: Engine,
  { request, original, around, clock }: Proof,
  { candidate, shortfall, round }: { readonly candidate: BuiltImage; readonly shortfall: Shortfall; readonly round: number },
): Promise<string[]> {
  around.emit({ kind: "progress", text: `the slim image falls short (${shortfall.why}); looking for what is missing` });
  const { trace, results } = await traceRuns(engine, { found: original, request, imageId: candidate.id, pending: around.pending });
  clock.lap("repair");
  const small = { image: original.files, kept: new Set(candidate.kept.keys()) };
  const missing = missingPaths(small, trace);
  if (missing.length > 0 && round < NAMED_ROUNDS) return missing;
  const said = [shortfall, ...results].map(({ logs, output }) => `${logs}\n${output}`).join("\n");
  const named = round < NAMED_ROUNDS ? unlistedPaths(small, trace, said) : [];
  return [...new Set([...missing, ...(named.length > 0 ? named : unlistedPaths(small, trace, null))])].toSorted();
}
