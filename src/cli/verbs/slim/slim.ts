import { CooperError } from "../../../base/errors.ts";
import { EXIT } from "../../../base/exit-code.ts";
import { removeLeftOvers } from "../../../engine/left-overs.ts";
import type { Engine } from "../../../engine/open-engine.ts";
import { Pending } from "../../../slim/pending.ts";
import { slimImage, studyImage } from "../../../slim/pipeline.ts";
import { reportOf, saveReport, type SlimReport } from "../../../slim/report.ts";
import type { ImageStudy, SlimRequest, SlimResult } from "../../../slim/request.ts";
import { openSpool } from "../../../system/store/spool.ts";
import { stateFolder } from "../../../system/store/state-folder.ts";
import { renderSlim, renderStudy } from "../../../terminal/slim-view.ts";
import type { VerbContext } from "../../context.ts";
import { imageOfContainer } from "../../image-of-container.ts";
import { toJson } from "../../json.ts";
import { openChosenEngine } from "../../places.ts";
import type { SlimOptions } from "../../words/slim-options.ts";
import { makeSlimRequest } from "../../words/slim-request.ts";
import { writeReport } from "../../write-report.ts";

/** `cooper slim`: a small image that passed the exercise; 0 when one did, 1 when none. */
export async function slim(context: VerbContext, image: string | undefined, options: SlimOptions): Promise<number> {
  const { fromContainer } = options;
  if ((image === undefined || image.trim() === "") === (fromContainer === undefined)) {
    throw new CooperError("image-not-named", "Give either an image or --from-container NAME.", {
      hint: "cooper slim IMAGE --exercise ./smoke",
    });
  }
  if (fromContainer !== undefined && options.output.some(({ format }) => format === "dockerfile")) {
    throw new CooperError("original-not-kept", "A Dockerfile begins with the original image, and a container has none that stays.", {
      hint: `Make one first: docker commit ${fromContainer} NAME, then cooper slim NAME --output dockerfile`,
    });
  }
  const engine = await openChosenEngine(context, options);
  if (image !== undefined) return slimOne(context, engine, { image, name: image, options });
  const made = await imageOfContainer(context, engine, { name: fromContainer ?? "", network: options.network ?? null });
  try {
    const unset = [...options.unset, "LABEL cooper.owner"];
    return await slimOne(context, engine, {
      image: made.imageId,
      name: made.containerName,
      options: { ...options, unset },
    });
  } finally {
    await made.remove();
  }
}

interface Asked {
  readonly image: string;
  readonly name: string;
  readonly options: SlimOptions;
}

async function slimOne(context: VerbContext, engine: Engine, asked: Asked): Promise<number> {
  const request = await makeSlimRequest(context, engine, asked);
  const { options } = asked;
  const spool = openSpool(context.env["TMPDIR"] ?? "/var/tmp");
  const pending = new Pending();
  const around = { spool, pending, emit: context.progress.emit };
  // What others left is not this run's task: where it cannot be removed, all goes on.
  pending.add(removeLeftOvers(engine).catch(() => undefined));
  try {
    if (options.infoOnly !== true) return await tellResult(context, request, { result: await slimImage(engine, request, around), options });
    await tellStudy(context, request, { study: await studyImage(engine, request, around), options });
    return EXIT.done;
  } finally {
    await pending.done();
    spool.close();
  }
}

async function tellResult(
  context: VerbContext,
  { name: image, tags, artifacts, seccompFile }: SlimRequest,
  { result, options }: { readonly result: SlimResult; readonly options: SlimOptions },
): Promise<number> {
  const report = reportOf(result, { image, tag: tags[0] ?? "", tags, level: options.keep, artifacts });
  await saveReport(reportFolder(context), report);
  await saveTrace(context, options, result);
  context.progress.clear();
  const columns = context.stdout.isTTY ? context.stdout.columns || 80 : Number.POSITIVE_INFINITY;
  await context.print(options.json === true ? toJson("cooper.slim/1", summary(report)) : renderSlim(report, context.style, columns));
  return seccompFile !== null && report.seccomp === null ? EXIT.incomplete : EXIT.done;
}

async function tellStudy(
  context: VerbContext,
  { name: image, artifacts }: SlimRequest,
  { study, options }: { readonly study: ImageStudy; readonly options: SlimOptions },
): Promise<void> {
  await saveTrace(context, options, study);
  context.progress.clear();
  const { originalId, originalBytes, prices, kept } = study;
  const told = { image, originalId, originalBytes, prices, keptPaths: kept.size, artifacts };
  await context.print(options.json === true ? toJson("cooper.slim-study/1", told) : renderStudy(image, study, artifacts));
}

async function saveTrace(context: VerbContext, options: SlimOptions, { trace }: ImageStudy): Promise<void> {
  if (options.saveTrace !== undefined) await writeReport(context, options.saveTrace, `${JSON.stringify(trace, null, 1)}\n`);
}

/** Where the reports of slim images are. */
export function reportFolder(context: VerbContext): string {
  return `${stateFolder(context.env)}/slim`;
}

function summary(report: SlimReport): object {
  const { kept, links: _links, ...rest } = report;
  return { ...rest, keptPaths: Object.keys(kept).length };
}
