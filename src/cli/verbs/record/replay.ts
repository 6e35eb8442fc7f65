import { relative, resolve } from "node:path";
import { EXIT } from "../../../base/exit-code.ts";
import { explainDraft } from "../../../draft/assemble/explain.ts";
import type { Repair } from "../../../draft/model.ts";
import type { Engine } from "../../../engine/open-engine.ts";
import { writeDraftFolder } from "../../../record/draft-folder.ts";
import { openReplay, replay as makeReplay, type Replayed, type ReplaySource } from "../../../record/replay.ts";
import type { ExplainedDifference } from "../../../record/explain-difference.ts";
import { repairDraft } from "../../../record/pipeline.ts";
import { escapeLines } from "../../../terminal/escape-text.ts";
import { renderDifferences } from "../../../terminal/verdict-view.ts";
import type { VerbContext } from "../../context.ts";
import { type DraftChoice, readDraftOptions } from "../../words/draft-options.ts";
import { toJson } from "../../json.ts";
import { openStore } from "../../open-store.ts";
import { openChosenEngine, openEngineIfThere } from "../../places.ts";
import { makeBuildChoice } from "../../units/build-choice.ts";
import { findRecorded } from "../../recorded-name.ts";

interface ReplayOptions extends DraftChoice {
  readonly output?: string;
  readonly force?: boolean;
  readonly explain?: boolean;
  readonly repair?: boolean;
}

interface Outcome {
  readonly replayed: Replayed;
  readonly repairs: readonly Repair[];
  /** What still differs after all repairs. */
  readonly left: readonly ExplainedDifference[];
  readonly exit: number;
}

interface Place {
  readonly source: ReplaySource;
  readonly engine: Engine | null;
}

async function makeOutcome(context: VerbContext, { source, engine: found }: Place, options: ReplayOptions): Promise<Outcome> {
  const draftOptions = await readDraftOptions(context, options, found);
  if (options.repair !== true) return { replayed: makeReplay(source, draftOptions), repairs: [], left: [], exit: EXIT.done };
  const engine = found ?? (await openChosenEngine(context, options));
  const build = makeBuildChoice(context, options, draftOptions);
  const { last, repairs } = await repairDraft({ engine, source, build, mayDiffer: options.mayDiffer });
  const { replayed, differences: left } = last;
  if (left.length > 0) {
    context.progress.clear();
    context.stderr.write(`not equivalent: ${left.length} paths differ although ${repairs.length} were carried\n`);
    context.stderr.write(renderDifferences(left, context.style));
  }
  return { replayed, repairs, left, exit: left.length === 0 ? EXIT.done : EXIT.no };
}

function asJson({ replayed, repairs, left }: Outcome, source: ReplaySource): string {
  const { draft, acceptance } = replayed;
  const { container } = source.history;
  return toJson("cooper.replay/1", {
    container: { id: container.id, name: container.name },
    ...draft,
    acceptance,
    repairs,
    left,
    findings: [...source.findings, ...draft.findings],
  });
}

function resultText(outcome: Outcome, source: ReplaySource, options: ReplayOptions): string {
  if (options.json === true) return asJson(outcome, source);
  if (options.explain === true) return escapeLines(explainDraft(outcome.replayed.draft, source.history));
  return options.output === undefined ? outcome.replayed.draft.dockerfile : "";
}

/** `cooper replay`: the Draft on standard output or in a folder. */
export async function replay(context: VerbContext, given: string, choices: ReplayOptions): Promise<number> {
  const { name, choice } = await findRecorded(context, given, choices);
  const options = { ...choices, ...choice };
  const { emit } = context.progress;
  const engine = await openEngineIfThere(context, options);
  const source = await openReplay({ engine, store: openStore(context), name, emit, signal: context.signal });
  const outcome = await makeOutcome(context, { source, engine }, options);
  const { draft, files } = outcome.replayed;
  if (options.output !== undefined) {
    const folder = resolve(context.cwd, options.output);
    const written = await writeDraftFolder(folder, files, options.force === true);
    emit({ kind: "note", text: `wrote ${fileCount(written.length)} to ${relative(context.cwd, folder) || "."}` });
  } else if (draft.context.length > 0 && options.json !== true) {
    emit({ kind: "note", text: `it needs ${fileCount(draft.context.length)} beside it: give -o FOLDER` });
  }
  if (options.json !== true) for (const finding of [...source.findings, ...draft.findings]) emit({ kind: "finding", finding });
  for (const repair of outcome.repairs) emit({ kind: "note", text: `repair: ${repair.path}: ${repair.why}` });
  await context.print(resultText(outcome, source, options));
  return outcome.exit;
}

function fileCount(count: number): string {
  return count === 1 ? "1 file" : `${count} files`;
}
