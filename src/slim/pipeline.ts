import { Readable } from "node:stream";
import { CooperError } from "../base/errors.ts";
import type { Emit } from "../base/events.ts";
import { EXIT } from "../base/exit-code.ts";
import type { ContainerSpec } from "../engine/container-spec.ts";
import { createContainer, exportContainer, removeContainer } from "../engine/container.ts";
import { type ImageInfo, inspectImage, removeImage } from "../engine/image.ts";
import { loadImage, readImageConfig, tagImage } from "../engine/load-image.ts";
import type { Engine } from "../engine/open-engine.ts";
import type { Spool } from "../system/spool.ts";
import { mergeTraces, type Trace } from "../trace/protocol.ts";
import { placeSensor } from "../trace/sensor-volume.ts";
import { readTrace, type SensorMode, tracedSpec } from "../trace/traced-container.ts";
import { type CloseOptions, closeTrace, type Kept } from "./closure/close.ts";
import { type PackageIndex, readPackages } from "./closure/packages.ts";
import { exercise, type ExerciseResult, type ExerciseSpec } from "./exercise/exercise.ts";
import { type ImageFiles, readImageFiles } from "./inspect/image-files.ts";
import type { JsonObject } from "./pack/image-config.ts";
import { packImage, packLayer } from "./pack/pack-image.ts";
import { missingPaths } from "./proof/missing.ts";

export interface SlimRequest {
  readonly image: string;
  readonly tag: string;
  readonly exercise: Omit<ExerciseSpec, "image" | "stopsGracefully">;
  readonly options: CloseOptions;
  readonly mode: SensorMode;
  /** Traces of earlier runs, merged with this one's. */
  readonly traces: readonly Trace[];
  readonly run: string;
  readonly sensor: Uint8Array;
  readonly maxRepairs: number;
  readonly container: Partial<ContainerSpec>;
}

export interface SlimResult {
  readonly imageId: string;
  readonly originalBytes: number;
  readonly slimBytes: number;
  readonly trace: Trace;
  readonly kept: Kept;
  /** Paths that the closure had not named and a failed proof did. */
  readonly repairs: readonly string[];
  readonly seconds: Readonly<Record<string, number>>;
}

/** inspect > trace > closure > pack > proof. */
export async function slimImage(engine: Engine, request: SlimRequest, { spool, emit }: { spool: Spool; emit: Emit }): Promise<SlimResult> {
  const clock = stopwatch();
  const info = await inspectImage(engine, request.image);
  const inspecting = inspect(engine, info, spool);
  inspecting.catch(() => undefined);
  emit({ kind: "progress", text: `exercising ${request.image} under the sensor` });
  const { trace, answers } = await traceImage(engine, info, { request, reference: info.id });
  clock.lap("trace");
  const original = await inspecting;
  clock.lap("inspect");
  const proven = await prove(engine, {
    request,
    info,
    original,
    trace: mergeTraces([trace, ...request.traces]),
    answers,
    spool,
    emit,
    clock,
  });
  return { ...proven, originalBytes: info.size, seconds: clock.laps };
}

interface Original {
  readonly files: ImageFiles;
  readonly packages: PackageIndex;
  readonly inspected: JsonObject;
}

async function inspect(engine: Engine, info: ImageInfo, spool: Spool): Promise<Original> {
  const id = await createContainer(engine, {
    image: info.id,
    labels: { "cooper.owner": "slim" },
    network: "none",
    cmd: ["cooper-never-starts"],
  });
  try {
    const files = await readImageFiles(await exportContainer(engine, id), { spool, madeAt: Math.floor(Date.parse(info.createdAt) / 1000) });
    const inspected: unknown = JSON.parse(await readImageConfig(engine, info.id));
    return { files, packages: readPackages(files), inspected: Object.fromEntries(Object.entries(inspected ?? {})) };
  } finally {
    await removeContainer(engine, id, { force: true, volumes: true });
  }
}

interface TraceInput {
  readonly request: SlimRequest;
  readonly reference: string;
}

async function traceImage(engine: Engine, info: ImageInfo, { request, reference }: TraceInput): Promise<{ trace: Trace; answers: string }> {
  const { result, trace } = await tracedRun(engine, info, { request, reference });
  if (result.isPassed) return { trace, answers: result.answers };
  throw new CooperError("exercise-failed", `The exercise does not pass on the original image ${request.image}: ${result.why}.`, {
    hint: `Run it against the image by hand first. The container's last lines:\n${result.logs}\n${result.output}`,
    exit: EXIT.no,
    where: { image: request.image },
  });
}

async function tracedRun(
  engine: Engine,
  info: ImageInfo,
  { request, reference }: TraceInput,
): Promise<{ result: ExerciseResult; trace: Trace }> {
  const volumes = await placeSensor(engine, { image: reference, sensor: request.sensor, run: request.run });
  try {
    const spec = tracedSpec(serviceSpec(info, request, reference), commandOf(info, request), { mode: request.mode, volumes, log: "trace" });
    const { result, used } = await exercise(engine, spec, {
      spec: { ...request.exercise, image: request.image, stopsGracefully: true },
      use: (id) => readTrace(engine, id, "trace"),
    });
    return { result, trace: used };
  } finally {
    await volumes.remove();
  }
}

function serviceSpec(info: ImageInfo, request: SlimRequest, image: string): ContainerSpec {
  const publish = Object.fromEntries(info.config.exposed.map((port) => [port, { hostIp: "127.0.0.1", hostPort: 0 }]));
  return { ...request.container, image, publish, labels: { "cooper.owner": request.run } };
}

function commandOf(info: ImageInfo, request: SlimRequest): { argv: readonly string[]; user: string; workdir: string } {
  const entrypoint = request.container.entrypoint ?? info.config.entrypoint ?? [];
  const cmd = request.container.cmd ?? info.config.cmd ?? [];
  const argv = [...entrypoint, ...cmd];
  if (argv.length === 0) {
    throw new CooperError("image-no-command", `The image ${request.image} has neither an entry point nor a command.`, {
      hint: "Give one: cooper slim IMAGE --cmd 'program argument'.",
    });
  }
  return { argv, user: request.container.user ?? info.config.user, workdir: request.container.workdir ?? info.config.workdir };
}

interface Proof {
  readonly request: SlimRequest;
  readonly info: ImageInfo;
  readonly original: Original;
  readonly trace: Trace;
  /** What the ports of the original answered. */
  readonly answers: string;
  readonly spool: Spool;
  readonly emit: Emit;
  readonly clock: Stopwatch;
}

async function prove(engine: Engine, proof: Proof): Promise<Omit<SlimResult, "originalBytes" | "seconds">> {
  const repairs: string[] = [];
  for (let round = 0; ; round++) {
    const kept = closeFor(proof, repairs);
    proof.clock.lap("closure");
    const built = await build(engine, proof, kept);
    proof.clock.lap("pack");
    const failure = await check(engine, proof, built.imageId);
    proof.clock.lap("proof");
    if (failure === null) {
      await tagImage(engine, built.imageId, proof.request.tag);
      return { imageId: built.imageId, slimBytes: built.size, trace: proof.trace, kept, repairs };
    }
    proof.emit({ kind: "progress", text: `the slim image does not pass (${failure.why}); looking for what is missing` });
    const missing = round < proof.request.maxRepairs ? await findMissing(engine, proof, { imageId: built.imageId, kept }) : [];
    proof.clock.lap("repair");
    await removeImage(engine, built.imageId, { force: true });
    if (missing.length === 0) throw notProven(proof.request, failure);
    repairs.push(...missing);
  }
}

function closeFor(proof: Proof, repairs: readonly string[]): Kept {
  const { original, request } = proof;
  const { config } = proof.info;
  const settings = { ...config, entrypoint: config.entrypoint ?? [], cmd: config.cmd ?? [] };
  const options = { ...request.options, missing: [...request.options.missing, ...repairs] };
  return closeTrace(original.files, original.packages, { trace: proof.trace, settings, options });
}

async function build(engine: Engine, proof: Proof, kept: Kept): Promise<{ imageId: string; size: number }> {
  const layer = await packLayer(proof.original.files, kept.keys(), proof.spool);
  const { id, archive } = packImage({
    layer,
    spool: proof.spool,
    inspected: proof.original.inspected,
    from: proof.request.image,
    tag: null,
  });
  await loadImage(engine, Readable.from(archive, { objectMode: false }));
  return { imageId: id, size: (await inspectImage(engine, id)).size };
}

async function check(engine: Engine, proof: Proof, imageId: string): Promise<ExerciseResult | null> {
  try {
    const { result } = await exercise(engine, serviceSpec(proof.info, proof.request, imageId), {
      spec: { ...proof.request.exercise, image: imageId, stopsGracefully: false },
      use: () => Promise.resolve(null),
    });
    if (!result.isPassed) return result;
    return result.answers === proof.answers ? null : { ...result, isPassed: false, why: differenceOf(proof.answers, result.answers) };
  } catch (error) {
    if (!(error instanceof CooperError)) throw error;
    return { isPassed: false, why: error.message, exit: null, output: "", logs: "", answers: "" };
  }
}

function differenceOf(wanted: string, got: string): string {
  const had = new Set(got.split("\n"));
  const line = wanted.split("\n").find((one) => !had.has(one)) ?? "it answers more than the original";
  return `the original answers "${line}", the slim image does not`;
}

async function findMissing(engine: Engine, proof: Proof, slim: { imageId: string; kept: Kept }): Promise<string[]> {
  const { trace } = await tracedRun(engine, proof.info, { request: proof.request, reference: slim.imageId });
  return missingPaths(proof.original.files, new Set(slim.kept.keys()), trace);
}

function notProven(request: SlimRequest, failure: ExerciseResult): CooperError {
  return new CooperError("slim-not-proven", `No small image of ${request.image} passed its exercise: ${failure.why}.`, {
    hint: `Nothing was tagged. Keep more (--keep package) or name what is missing (--include PATH). The container's last lines:\n${failure.logs}\n${failure.output}`,
    exit: EXIT.no,
    where: { image: request.image },
  });
}

interface Stopwatch {
  readonly laps: Record<string, number>;
  lap(name: string): void;
}

function stopwatch(): Stopwatch {
  const laps: Record<string, number> = {};
  let last = performance.now();
  return {
    laps,
    lap(name) {
      const now = performance.now();
      laps[name] = (laps[name] ?? 0) + (now - last) / 1000;
      last = now;
    },
  };
}
