import { removeImage } from "../engine/image/image.ts";
import { passingName } from "../engine/left-overs.ts";
import type { Engine } from "../engine/open-engine.ts";
import { writingTo } from "../system/file/report-not-written.ts";
import { writeFolder } from "../system/file/write-folder.ts";
import { mergeTraces, type Trace } from "../trace/protocol.ts";
import { makeArtifacts } from "./artifacts/artifacts.ts";
import { checkRequest } from "./check-request.ts";
import type { Kept, LevelledClosure } from "./closure/close.ts";
import { findImage } from "./inspect/find-image.ts";
import { inspectImage, type Original } from "./inspect/inspect-image.ts";
import { hardenImage } from "./harden/harden-image.ts";
import { putOut } from "./output/put-out.ts";
import type { Pending } from "./pending.ts";
import { closeOriginal } from "./proof/close-original.ts";
import { proveImage } from "./proof/prove-image.ts";
import type { ImageStudy, SlimRequest, SlimResult, Surroundings } from "./request.ts";
import { sideBySide } from "./side-by-side.ts";
import { startStopwatch, type Stopwatch } from "./stopwatch.ts";
import { tellUnmatched } from "./tell-unmatched.ts";
import { traceImage, type TracedRuns } from "./trace-image/trace-image.ts";

/** inspect > trace > closure > pack > proof > harden > output; closure to proof again while a test misses something. */
export async function slimImage(engine: Engine, request: SlimRequest, around: Surroundings): Promise<SlimResult> {
  const clock = startStopwatch();
  const { original, traced } = await observe(engine, request, { around, clock });
  const { built, repairs, closure } = await proveImage(engine, { request, original, traced, around, clock });
  const subject = { request, original, built, trace: traced.trace, wanted: traced.results, around };
  const { study, hardening } = await orRemove(engine, { run: request.run, pending: around.pending }, async () => {
    const hardened = await hardenImage(engine, subject);
    clock.lap("harden");
    const told = await tellOf(original, request, { trace: traced.trace, kept: built.kept, closure });
    await around.pending.done();
    return { study: told, hardening: hardened };
  });
  await putOut(engine, { original, built, request });
  clock.lap("output");
  return { ...study, hardening, imageId: built.id, slimBytes: built.size, repairs, seconds: clock.laps };
}

/** Nothing that has only its passing name stays in the engine. */
async function orRemove<T>(
  engine: Engine,
  { run, pending }: { readonly run: string; readonly pending: Pending },
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (error) {
    await pending.done();
    await removeImage(engine, passingName(run));
    throw error;
  }
}

/** inspect > trace > closure: what would stay, without a small image. */
export async function studyImage(engine: Engine, request: SlimRequest, around: Surroundings): Promise<ImageStudy> {
  const clock = startStopwatch();
  const { original, traced } = await observe(engine, request, { around, clock });
  const { trace } = traced;
  const closure = closeOriginal(original, { request, trace, repairs: [] });
  const kept = closure.kept();
  clock.lap("closure");
  return tellOf(original, request, { trace, kept, closure });
}

/** The image's files and what its programs touch, found out at the same time. */
async function observe(
  engine: Engine,
  request: SlimRequest,
  { around, clock }: { readonly around: Surroundings; readonly clock: Stopwatch },
): Promise<{ readonly original: Original; readonly traced: TracedRuns }> {
  await checkRequest(engine, request);
  const found = await findImage(engine, request.image, request.changes);
  around.emit({ kind: "progress", text: `exercising ${request.name} under the sensor` });
  const [original, runs] = await sideBySide(
    request.signal,
    (signal) => inspectImage(engine, found, { spool: around.spool, run: request.run, signal }),
    (signal) => traceImage(engine, found, { request: { ...request, exercise: { ...request.exercise, signal } }, pending: around.pending }),
  );
  clock.lap("trace");
  tellUnmatched(original.files, request.options, around.emit);
  return { original, traced: { ...runs, trace: mergeTraces([runs.trace, ...request.traces]) } };
}

interface Told {
  readonly trace: Trace;
  readonly kept: Kept;
  /** Without what repairs added. */
  readonly closure: LevelledClosure;
}

/** What was found out, for the report; the artifacts go into their folder. */
async function tellOf(original: Original, request: SlimRequest, { trace, kept, closure }: Told): Promise<ImageStudy> {
  const { artifacts, name: image } = request;
  if (artifacts !== null) {
    await writingTo(artifacts, () => writeFolder(artifacts, makeArtifacts({ original, trace, kept, image })));
  }
  const prices = await closure.prices();
  const { id: originalId, size: originalBytes } = original.info;
  return { originalId, originalBytes, trace, kept, links: linksOf(original, kept), prices };
}

function linksOf({ files }: Original, kept: Kept): Readonly<Record<string, string>> {
  const members = [...kept.keys()].sort().map((path) => [path, files.paths.get(path)?.member] as const);
  return Object.fromEntries(members.flatMap(([path, member]) => (member?.type === "symlink" ? [[path, member.link]] : [])));
}
