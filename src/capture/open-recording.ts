import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Emit } from "../base/events.ts";
import type { OwnProcesses } from "./record-shell.ts";
import { type Observer, openObserver } from "../changes/observer.ts";
import { openProcessWatch } from "../changes/process-watch.ts";
import type { ContainerInfo } from "../engine/container/container.ts";
import { inspectImage } from "../engine/image/image.ts";
import { removeLeftOvers } from "../engine/left-overs.ts";
import type { Engine } from "../engine/open-engine.ts";
import { applyChanges } from "../format/tree/apply-changes.ts";
import type { Tree } from "../format/tree/entry.ts";
import type { History } from "../history/model.ts";
import type { SessionWriter } from "../history/session-writer.ts";
import type { HistoryStore } from "../history/store.ts";
import { loadBaseTree } from "./base-tree.ts";
import { processName } from "../system/process/process-name.ts";
import { type ContainerWatch, watchContainer } from "../trace/watch-container.ts";
import { makeContainerRecord } from "./container-record.ts";
import { readKnownSecrets } from "./step/known-secrets.ts";
import { withReads } from "./step/step-reads.ts";

interface RecordingPlace {
  readonly engine: Engine;
  readonly store: HistoryStore;
  readonly container: ContainerInfo;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** The recorder's own processes in the container; null before they run. */
  readonly own: () => OwnProcesses | null;
  /** The sensor that watches what is read; absent: reads are not asked for. */
  readonly sensor?: Uint8Array | undefined;
}

/** A Session that is open, and what sees the container change. */
export interface OpenRecording {
  readonly writer: SessionWriter;
  readonly observer: Observer;
}

/** The tree as it was when the last recorded Step ended; null where nothing was recorded yet. */
function treeAfter(base: Tree, history: History | null): Tree | null {
  const steps = (history?.sessions ?? []).flatMap((session) => session.steps);
  if (steps.length === 0) return null;
  const inOrder = steps.toSorted((left, right) => left.endedAt - right.endedAt);
  return applyChanges(
    base,
    inOrder.flatMap((step) => step.effect.changes),
  );
}

/** Opens a Session of the container's history and the observer that its Steps' Effects come from. */
export async function openRecording(place: RecordingPlace): Promise<OpenRecording> {
  const base = await readBase(place);
  const { writer, openWith } = await beginRecording(place);
  const observer = await openWith(base);
  return { writer, observer: place.sensor === undefined ? observer : watchReads(place, place.sensor, observer) };
}

/** What the container's image holds; read once per image, which takes its time. */
export function readBase({ engine, store, container, emit, signal }: RecordingPlace): Promise<Tree> {
  return loadBaseTree(engine, store, { id: container.imageId, name: container.image, emit, signal });
}

/** A Session that is open; its observer is opened as soon as it is known what the image holds. */
export interface BegunRecording {
  readonly writer: SessionWriter;
  openWith(base: Tree): Promise<Observer>;
}

/** Opens a Session of the container's history. What runs in it now is nobody's work. */
export async function beginRecording(place: RecordingPlace): Promise<BegunRecording> {
  const { engine, store, container, clock, own } = place;
  const ignore = {
    hostPids: () => {
      const pid = own()?.hostPid ?? null;
      return pid === null ? [] : [pid];
    },
    pids: () => own()?.pids() ?? [],
  };
  const [image, history, processes] = await Promise.all([
    inspectImage(engine, container.imageId),
    store.load(engine.id, container.id),
    openProcessWatch({ engine, container, ignore }),
  ]);
  const writer = await store.startSession(makeContainerRecord(engine, container, image), null, clock);
  for (const value of await readKnownSecrets(engine, history)) writer.vault.learn(value);
  const openWith = (base: Tree): Promise<Observer> => {
    const previous = treeAfter(base, history);
    const { contents, vault } = writer;
    return openObserver({ engine, container, base, previous, clock, contents, knownSecrets: () => vault.values, ignore, processes });
  };
  return { writer, openWith };
}

/** The watch comes up beside the shell; a Step that is sooner has no reads, and none has where the engine forbids it. */
function watchReads({ engine, container, own, emit }: RecordingPlace, program: Uint8Array, observer: Observer): Observer {
  const run = `reads-${container.id.slice(0, 12)}${processName()}`;
  const start = async (): Promise<ContainerWatch> => {
    await removeLeftOvers(engine);
    return await watchContainer(engine, { container: container.id, image: container.imageId, program, run });
  };
  const watch = start().catch((error: unknown) => {
    emit({ kind: "finding", finding: { code: "reads-not-watched", message: `what commands read is not known: ${messageOf(error)}` } });
    return null;
  });
  return withReads(observer, { watch, shells: () => own()?.pids() ?? [] });
}
