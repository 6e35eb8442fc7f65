import { CooperError, isCooperError } from "../base/errors.ts";
import { EXIT } from "../base/exit-code.ts";
import { compareContainers } from "../changes/compare.ts";
import type { Verdict } from "../changes/verdict.ts";
import type { Builder, Repair } from "../draft/model.ts";
import { type ContainerInfo, inspectContainer } from "../engine/container/container.ts";
import { removeImage } from "../engine/image/image.ts";
import type { Engine } from "../engine/open-engine.ts";
import type { Acceptance } from "../format/acceptance/acceptance.ts";
import type { History } from "../history/model.ts";
import { type AcceptanceReport, runAcceptance } from "../probe/run-acceptance.ts";
import { type BuildChoice, buildDraft } from "./build-draft.ts";
import { withDeadline } from "../capture/deadline.ts";
import { type ExplainedDifference, explainDifferences } from "./explain-difference.ts";
import { makeRepairs, mergeRepairs } from "./repair.ts";
import { type Replayed, replay, type ReplaySource } from "./replay.ts";

/** What is compared, and how. */
export interface VerifyJob {
  readonly engine: Engine;
  readonly source: ReplaySource;
  readonly build: BuildChoice;
  /** Patterns of paths that cannot be equal. */
  readonly mayDiffer: readonly string[];
  /** Every image that was built, in order; grows. */
  readonly images: string[];
}

/** The outcome of building one Draft and holding it against the container. */
export interface Verified {
  readonly replayed: Replayed;
  readonly imageId: string;
  /** In which it was built; null for the engine's default. */
  readonly network: string | null;
  readonly verdict: Verdict;
  readonly differences: readonly ExplainedDifference[];
}

/** The recorded container itself, running or not; throws `container-gone`. */
export async function findRecorded(engine: Engine, history: History): Promise<ContainerInfo> {
  const { id, name } = history.container;
  try {
    return await inspectContainer(engine, id);
  } catch (error) {
    if (!isCooperError(error) || error.code !== "container-unknown") throw error;
    throw new CooperError(
      "container-gone",
      `the recorded container ${name} (${id.slice(0, 12)}) is gone: there is nothing to compare with`,
      {
        hint: `Its Dockerfile can still be made: cooper replay ${name} -o DIR`,
        where: { container: id },
        exit: EXIT.incomplete,
        cause: error,
      },
    );
  }
}

const COMPARE_MS = 3_600_000;
const ENGINE_NETWORKS: readonly string[] = ["bridge", "host", "none"];

/** The network that the commands had when they were recorded, where it is one of the user's own; BuildKit builds in none of these. */
function networkOf(recorded: ContainerInfo, builder: Builder): string | null {
  const names = Object.keys(recorded.networkSettings.networks).filter((name) => !ENGINE_NETWORKS.includes(name));
  return builder === "classic" ? (names[0] ?? null) : null;
}

/** Builds the Draft (with repairs) and compares every path. The image goes into `job.images` as soon as it is there; the caller removes it. */
export async function verifyOnce(job: VerifyJob, repairs: readonly Repair[]): Promise<Verified> {
  const { engine, source, build } = job;
  const recorded = await findRecorded(engine, source.history);
  const replayed = replay(source, { ...build.options, repairs });
  const network = build.network ?? networkOf(recorded, build.options.builder);
  build.emit({ kind: "progress", text: "building the Dockerfile" });
  const { imageId, hostNames } = await buildDraft(engine, replayed.files, { ...build, network }).catch((error: unknown) => {
    throw withoutImage(source, error) ?? error;
  });
  job.images.push(imageId);
  build.emit({ kind: "progress", text: "comparing the container with the built image" });
  const options = {
    mayDiffer: job.mayDiffer,
    secretPaths: replayed.draft.secretPaths,
    hostNames: [recorded.hostName, ...hostNames],
  };
  const deadline = { signal: build.signal, withinMs: COMPARE_MS, waitsFor: "the engine to export both file systems" };
  const verdict = await withDeadline(deadline, (signal) => compareContainers(engine, recorded.id, imageId, { ...options, signal }));
  return {
    replayed,
    imageId,
    network,
    verdict,
    differences: explainDifferences(verdict.differences, { history: source.history, draft: replayed.draft, repairs }),
  };
}

/** A build that failed because its image is gone is told as that, with the way to bring it back. */
function withoutImage({ findings }: ReplaySource, error: unknown): CooperError | null {
  const gone = findings.find((finding) => finding.code === "image-gone");
  if (gone === undefined || !isCooperError(error) || error.code !== "build-failed") return null;
  return new CooperError("image-gone", gone.message, {
    exit: EXIT.incomplete,
    cause: error,
    ...(gone.hint === undefined ? {} : { hint: gone.hint }),
  });
}

/** Starts the built image and asks what the acceptance says: a person's own, else the one made of what was observed. */
export function tryOut(job: VerifyJob, verified: Verified, own: Acceptance | null): Promise<AcceptanceReport> {
  const { owner, signal, emit } = job.build;
  const { imageId, network, replayed } = verified;
  return runAcceptance(job.engine, { imageId, acceptance: own ?? replayed.acceptance, owner, network, signal, emit });
}

const MOST_ROUNDS = 3;

/** The last round of building and comparing, and all repairs it carried. */
export interface Repaired {
  readonly last: Verified;
  readonly repairs: readonly Repair[];
}

/** Builds, compares and carries what differs, until the Verdict is equivalent or nothing more can be carried. */
export async function repairUntilEqual(job: VerifyJob): Promise<Repaired> {
  const { engine, source, build } = job;
  let repairs: readonly Repair[] = [];
  let last = await verifyOnce(job, repairs);
  for (let round = 0; round < MOST_ROUNDS && !last.verdict.equivalent; round++) {
    const from = { engine, containerId: source.history.container.id, contents: source.contents, signal: build.signal };
    const next = mergeRepairs(repairs, await makeRepairs(last.verdict.differences, from));
    if (JSON.stringify(next) === JSON.stringify(repairs)) break;
    repairs = next;
    build.emit({ kind: "progress", text: `carrying ${repairs.length} paths that the commands do not reproduce` });
    last = await verifyOnce(job, repairs);
  }
  return { last, repairs };
}

/** Removes what was built on the way, the newest first. */
export async function removeImages(engine: Engine, images: readonly string[]): Promise<void> {
  for (const image of [...new Set(images)].toReversed()) await removeImage(engine, image);
}
