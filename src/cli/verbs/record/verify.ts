import { resolve } from "node:path";
import { CooperError } from "../../../base/errors.ts";
import { EXIT } from "../../../base/exit-code.ts";
import type { Acceptance } from "../../../format/acceptance/acceptance.ts";
import { readAcceptance } from "../../../format/acceptance/acceptance-text.ts";
import { verifyHistory, type VerifyReport } from "../../../record/pipeline.ts";
import { openReplay } from "../../../record/replay.ts";
import { readTextIfThere } from "../../../system/file/files.ts";
import { renderReport } from "../../../terminal/verdict-view.ts";
import { makeBuildChoice } from "../../units/build-choice.ts";
import type { VerbContext } from "../../context.ts";
import { type DraftChoice, readDraftOptions } from "../../words/draft-options.ts";
import { toJson } from "../../json.ts";
import { openStore } from "../../open-store.ts";
import { openChosenEngine } from "../../places.ts";
import { findRecorded } from "../../recorded-name.ts";

interface VerifyOptions extends DraftChoice {
  readonly acceptance?: string;
  readonly ignored?: boolean;
  readonly keep?: boolean;
}

function asJson(report: VerifyReport): string {
  const { container, imageId, isKept, verdict, differences, acceptance, findings } = report;
  const image = isKept ? imageId : null;
  return toJson("cooper.verify/1", { passed: report.passed, container, image, ...verdict, differences, acceptance, findings });
}

async function ownAcceptance(context: VerbContext, file: string | undefined): Promise<Acceptance | null> {
  if (file === undefined) return null;
  const path = resolve(context.cwd, file);
  const text = await readTextIfThere(path);
  if (text !== null) return readAcceptance(text, file);
  const hint = "`cooper replay NAME -o DIR` writes one into DIR; add your own questions there.";
  throw new CooperError("acceptance-invalid", `there is no file ${path}`, { where: { file: path }, hint });
}

/** `cooper verify`: builds, compares path by path, tries the image out; 0 when all holds, 1 when not. */
export async function verify(context: VerbContext, given: string, choices: VerifyOptions): Promise<number> {
  const { name, choice } = await findRecorded(context, given, choices);
  const options = { ...choices, ...choice };
  const acceptance = await ownAcceptance(context, options.acceptance);
  const engine = await openChosenEngine(context, options);
  const source = await openReplay({ engine, store: openStore(context), name, emit: context.progress.emit, signal: context.signal });
  const build = makeBuildChoice(context, options, await readDraftOptions(context, options, engine));
  const report = await verifyHistory({ engine, source, build, mayDiffer: options.mayDiffer, keep: options.keep === true, acceptance });
  context.progress.clear();
  const view = { style: context.style, ignored: options.ignored === true };
  await context.print(options.json === true ? asJson(report) : renderReport(report, view));
  return report.passed ? EXIT.done : EXIT.no;
}
