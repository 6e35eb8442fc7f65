import type { DebconfAnswer } from "../../format/package-database/change.ts";
import type { DraftInput, SelectedStep, Selection, Timeline } from "../model.ts";
import { attributeSetters } from "./bring/attribute-setters.ts";
import { endlessJobs, giveJobsTheirChanges } from "./service/background.ts";
import { bringWork } from "./bring/bring-work.ts";
import { findBuildStage } from "./bring/build-stage.ts";
import { carriedBy, lostFindings } from "./bring/carried.ts";
import { foldModes } from "./bring/folded-modes.ts";
import type { Judgement } from "./judge/judgement.ts";
import { giveBackChanges, lateSetters } from "./judge/late-look.ts";
import { findLiving } from "./judge/liveness.ts";
import { mattering } from "./judge/matters.ts";
import { findMounts, mountTest } from "./bring/mounts.ts";
import { giveMovedChildren } from "./bring/moved-children.ts";
import { needsOfCarry, needsOfRun } from "./judge/needs.ts";
import { logPaths } from "./judge/path-log.ts";
import { findPrograms } from "./words/programs.ts";
import { reasonToDrop } from "./judge/reason-to-drop.ts";
import { runFolderText } from "./bring/run-folders.ts";
import { findSecrets } from "./words/secrets.ts";
import { leaveOutDependents, typedData } from "./service/service-secrets.ts";
import { ranksOf, serviceTexts } from "./service/service-text.ts";
import type { ServiceText } from "./service/service-text.ts";
import { findServiceWork, withoutOwnData } from "./service/service-work.ts";
import { unseenRemovals } from "./judge/unseen-removal.ts";
import { prepareWorks } from "./judge/work.ts";
import type { Work } from "./judge/work.ts";

/** Decides for every Step whether it runs again, has its results carried, or is dropped, and says why. */
export function selectSteps(input: DraftInput, timeline: Timeline): Selection {
  const judgement = judge(input, timeline);
  const texts = serviceTexts(judgement);
  const selected = new Map(judgement.works.map((work) => [work.timed.step.id, selectStep(work, judgement, texts.get(work.rank))]));
  return {
    steps: timeline.steps.flatMap(({ step }) => selected.get(step.id) ?? []),
    findings: [
      ...judgement.secrets.findings,
      ...findMounts(input.history, timeline.steps),
      ...lostFindings(judgement),
      ...judgement.findings,
    ],
    unmounted: judgement.secrets.unmounted,
    secretPaths: [...judgement.secrets.paths].toSorted(),
    stage: findBuildStage(judgement),
  };
}

function judge(input: DraftInput, timeline: Timeline): Judgement {
  const { choices, container } = input.history;
  const isMounted = mountTest(container.mounts);
  const all = giveJobsTheirChanges(giveBackChanges(giveMovedChildren(prepareWorks(timeline, isMounted))));
  const works = withoutOwnData(all);
  const log = logPaths(works, timeline, input.readText);
  const found = findSecrets(works, input, timeline);
  const { services, secrets } = leaveOutDependents(findServiceWork(all), found, works);
  const served = new Set(services.flatMap(ranksOf));
  const endless = endlessJobs(works);
  const matters = mattering(
    log,
    works.filter(({ rank }) => !endless.has(rank)),
    new Set([...secrets.paths].filter((path) => !secrets.madeAnew.has(path))),
  );
  const removals = unseenRemovals(works, log, input.base);
  const each = works.map((work) => bringWork(work, { secrets, matters, input, isMounted, served, endless, removals }));
  const bringings = foldModes(works, each, log);
  const programs = findPrograms(log);
  const kept = ranksWhere(works, ({ timed: { step } }) => choices.keep.includes(step.id) || choices.rename[step.id] !== undefined);
  const needed = new Map([...kept].map((rank) => [rank, "you chose to keep it"]));
  for (const rank of lateSetters(works)) needed.set(rank, "sets what an installation was still being looked at for");
  for (const rank of attributeSetters(works, timeline)) needed.set(rank, "sets attributes that no look shows");
  for (const rank of removals.keys()) needed.set(rank, "removes what an installation had just made");
  for (const service of services)
    for (const rank of ranksOf(service)) needed.set(rank, `works on the running service ${service.row.scripts[0] ?? ""}`);

  const forbidden = ranksWhere(works, ({ timed: { step }, rank }) => {
    const isHidden = secrets.leftOut.has(rank) && bringings[rank]?.fate === "run";
    return !kept.has(rank) && (choices.drop.includes(step.id) || step.opened.length > 0 || isHidden);
  });
  const needsOf = (work: Work): ReturnType<typeof needsOfRun> =>
    bringings[work.rank]?.fate === "carry" ? needsOfCarry(work) : needsOfRun(work, log, programs);
  const living = findLiving({ works, log, matters, kept: needed, forbidden, needsOf });
  return { input, works, log, matters, secrets, bringings, living, services, needsOf, findings: typedData(all, works) };
}

function ranksWhere(works: readonly Work[], test: (work: Work) => boolean): ReadonlySet<number> {
  return new Set(works.filter(test).map(({ rank }) => rank));
}

function selectStep(work: Work, judgement: Judgement, service: ServiceText | undefined): SelectedStep {
  const { timed, rank } = work;
  const reason = judgement.living.reasons.get(rank);
  const bringing = judgement.bringings[rank];
  const none = { timed, carried: [], preseed: [], text: null, together: null };
  if (reason === undefined || bringing === undefined) {
    const text = runFolderText(work, judgement);
    if (text !== null) return { ...none, fate: "run", why: "the service needs the folder that its init script made", text };
    return { ...none, fate: "drop", why: reasonToDrop(work, judgement) };
  }
  const why = `${reason}; ${bringing.why}`;
  if (bringing.fate === "run") {
    const text = judgement.input.history.choices.rename[timed.step.id] ?? service?.text ?? bringing.text;
    return { ...none, fate: "run", why, preseed: preseedOf(work), text, together: service?.together ?? null };
  }
  const carried = carriedBy(work, judgement);
  if (carried.length === 0) return { ...none, fate: "drop", why: "what it made is brought by a later Step, or cannot be brought" };
  return { ...none, fate: "carry", why, carried };
}

/** Answers to the questions of the packages that the Step installed. */
function preseedOf({ timed: { step } }: Work): DebconfAnswer[] {
  const installed = new Set(step.effect.packages.filter(({ after }) => after !== null).map(({ name }) => name.replace(/:.*$/u, "")));
  return step.effect.debconf.filter((answer) => installed.has(answer.package) && answer.type !== "password" && answer.value !== "***");
}
