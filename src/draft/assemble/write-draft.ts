import type { Finding } from "../../base/finding.ts";
import type { Draft, DraftInput, Instruction, Selection, Service, Timeline } from "../model.ts";
import type { Action } from "../rewrite/action.ts";
import { reorderActions } from "../rewrite/reorder.ts";
import { rewriteSteps } from "../rewrite/rewrite.ts";
import { writeActions, writeLasting } from "./assemble.ts";
import { contextOf, openDesk, openDeskOn } from "./desk.ts";
import type { Desk } from "./desk.ts";
import { linkActions } from "./links.ts";
import { printDockerfile, printDockerignore } from "./print-dockerfile.ts";
import { repairActions } from "./repairs.ts";
import { pinFindings, writeFrom, writeFromCommon, writeLabels, writeStage, writeTail } from "./settings.ts";
import { onceMadeActions } from "./once-made.ts";
import { BUILD_STAGE, canStage, COMMON_STAGE, planStages } from "./stages.ts";

interface Found {
  readonly timeline: Timeline;
  readonly selection: Selection;
  readonly service: Service;
}

/** The Draft of a selection: each kept Step rewritten, then put together. */
export function writeDraft(input: DraftInput, found: Found): Draft {
  const { selection, service } = found;
  const { actions, dropped, placeholders } = rewriteSteps(input, selection);
  const { before, desk } = writeStages(input, found, actions);
  writeActions(desk, [...onceMadeActions(found.timeline, selection), ...linkActions(found.timeline, selection)]);
  writeActions(desk, repairActions(input.options.repairs));
  writeLasting(desk);
  const instructions = [...before, ...writeLabels(input), ...desk.instructions, ...writeTail(input, desk, service)];
  const context = contextOf(desk);
  return {
    instructions,
    dockerfile: printDockerfile(instructions, { placeholders, proposals: service.proposals }),
    dockerignore: printDockerignore(context),
    context,
    dropped,
    secretPaths: selection.secretPaths,
    findings: [...selection.findings, ...unmountedFindings(selection, actions), ...pinFindings(input)],
    service,
  };
}

function unmountedFindings({ unmounted }: Selection, actions: readonly Action[]): Finding[] {
  const mounted = actions.filter((action) => action.kind === "run" && action.secrets.some(({ path }) => path === null));
  const steps = new Set(mounted.flatMap((action) => action.steps));
  return unmounted.filter(({ step }) => !steps.has(step)).map(({ finding }) => finding);
}

/** The last stage, and all that stands before its own instructions. */
function writeStages(input: DraftInput, found: Found, actions: readonly Action[]): { before: Instruction[]; desk: Desk } {
  const { timeline, service, selection } = found;
  const first = openDesk(input, timeline, service);
  const from = writeFrom(input);
  if (selection.stage === null || !canStage(selection.stage)) {
    writeActions(first, reorderActions(actions, timeline));
    return { before: [from], desk: first };
  }
  const plan = planStages(actions, selection.stage, timeline);
  const hasCommon = plan.common.length > 0;
  writeActions(first, plan.common);
  const build = openDeskOn(first);
  writeActions(build, plan.build);
  const desk = openDeskOn(first);
  writeActions(desk, plan.image);
  const common = hasCommon ? [writeStage(from, COMMON_STAGE), ...first.instructions] : [];
  const fromBuild = hasCommon ? writeFromCommon(BUILD_STAGE) : writeStage(from, BUILD_STAGE);
  const fromLast = hasCommon ? writeFromCommon(null) : { ...from, comments: [] };
  return { before: [...common, fromBuild, ...build.instructions, fromLast], desk };
}
