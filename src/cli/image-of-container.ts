import { isCooperError, messageOf } from "../base/errors.ts";
import type { DraftOptions } from "../draft/model.ts";
import { commitContainer } from "../engine/container/commit-container.ts";
import { findContainer } from "../engine/container/container.ts";
import { removeImage } from "../engine/image/image.ts";
import type { Engine } from "../engine/open-engine.ts";
import { buildDraft } from "../record/build-draft.ts";
import { openReplay, replay, type ReplaySource } from "../record/replay.ts";
import { processName } from "../system/process/process-name.ts";
import type { VerbContext } from "./context.ts";
import { openStore } from "./open-store.ts";

/** An image that stands for a container that was set up by hand. */
export interface ContainerImage {
  readonly imageId: string;
  readonly containerName: string;
  /** Takes the image away, but for layers of somebody else's. */
  remove(): Promise<void>;
}

const OPTIONS: DraftOptions = { builder: "classic", stages: "auto", pin: false, labels: {}, maintainer: null, secrets: {}, repairs: [] };
const BUILD_MS = 3_600_000;
const WITHOUT_HISTORY = new Set(["no-history", "history-unknown"]);

/** Builds the Draft of what was recorded in a container; one without a history, or whose Draft does not build, is taken as its files are. */
export async function imageOfContainer(
  context: VerbContext,
  engine: Engine,
  { name, network }: { readonly name: string; readonly network: string | null },
): Promise<ContainerImage> {
  const source = await findSource(context, engine, name);
  const built = source === null ? null : await build(context, engine, { source, network });
  if (built !== null && source !== null) return imageOf(engine, built, source.history.container.name);
  const container = await findContainer(engine, name);
  context.progress.emit({ kind: "progress", text: `taking the files of ${container.name} as they are` });
  return imageOf(engine, await commitContainer(engine, container.id), container.name);
}

function imageOf(engine: Engine, imageId: string, containerName: string): ContainerImage {
  return { imageId, containerName, remove: () => removeImage(engine, imageId) };
}

async function findSource(context: VerbContext, engine: Engine, name: string): Promise<ReplaySource | null> {
  try {
    const { signal, progress } = context;
    return await openReplay({ engine, store: openStore(context), name, emit: progress.emit, signal });
  } catch (error) {
    if (isCooperError(error) && WITHOUT_HISTORY.has(error.code)) return null;
    throw error;
  }
}

async function build(
  context: VerbContext,
  engine: Engine,
  { source, network }: { readonly source: ReplaySource; readonly network: string | null },
): Promise<string | null> {
  const { signal, progress } = context;
  progress.emit({ kind: "progress", text: `building what was recorded in ${source.history.container.name}` });
  const choice = {
    options: OPTIONS,
    network,
    timeoutMs: BUILD_MS,
    owner: `slim-${context.randomHex(6)}${processName()}`,
    signal,
    emit: progress.emit,
  };
  try {
    return (await buildDraft(engine, replay(source, OPTIONS).files, choice)).imageId;
  } catch (error) {
    signal.throwIfAborted();
    progress.emit({ kind: "progress", text: `its Dockerfile does not build (${messageOf(error).split("\n")[0] ?? ""})` });
    return null;
  }
}
