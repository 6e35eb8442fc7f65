import { join } from "node:path";
import type { Clock, RandomHex } from "../../base/clock.ts";
import { isCooperError } from "../../base/errors.ts";
import { commitContainer } from "../../engine/container/commit-container.ts";
import { removeImage } from "../../engine/image/image.ts";
import { tagImage } from "../../engine/image/load-image.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { copyHistory } from "../../history/history-copy.ts";
import type { HistoryStore } from "../../history/store.ts";
import { askIfRunning } from "../client/ask-session.ts";
import { loadMemory, saveMemory } from "../serve/shell-memory.ts";
import type { Session } from "../session/session-record.ts";
import { type Checkpoint, checkpointFolder, forgetCheckpoint, listCheckpoints, saveCheckpoint } from "./checkpoints.ts";

export interface CheckpointPlace {
  readonly session: Session;
  readonly engine: Engine;
  readonly store: HistoryStore;
  readonly clock: Clock;
  readonly randomHex: RandomHex;
  readonly containerId: string;
}

/**
 * Keeps the container's files as an image, with the history and the environment of that moment. The container is not paused: an engine can stand
 * still for good when a command begins at the moment of a pause.
 */
export async function makeCheckpoint(place: CheckpointPlace, name: string, isOfUndo: boolean): Promise<Checkpoint> {
  const { session, engine, store, clock, randomHex, containerId } = place;
  await askIfRunning(session, { ask: "flush" });
  const folder = checkpointFolder(session, name);
  await copyHistory(store.folder(engine.id, containerId), join(folder, "history"));
  await saveMemory(folder, await loadMemory(session.folder));
  // Somebody else's session on this engine may have the same name.
  const image = `cooper-checkpoint:${session.record.name}-${name}-${randomHex(4)}`;
  await tagImage(engine, await commitContainer(engine, containerId, { pause: false }), image);
  const history = await store.load(engine.id, containerId);
  const steps = history?.sessions.flatMap((one) => one.steps).length ?? 0;
  const checkpoint: Checkpoint = { version: 1, name, image, createdAt: clock(), steps, isOfUndo };
  await saveCheckpoint(session, checkpoint);
  return checkpoint;
}

/** Removes a checkpoint and its image; one that a container is made of stays on the engine. */
export async function removeCheckpoint(session: Session, engine: Engine, { name, image }: Checkpoint): Promise<void> {
  try {
    await removeImage(engine, image);
  } catch (error) {
    if (!isCooperError(error) || error.code !== "image-in-use") throw error;
  }
  await forgetCheckpoint(session, name);
}

/** Removes all checkpoints of a session. */
export async function removeCheckpoints(session: Session, engine: Engine): Promise<void> {
  for (const checkpoint of (await listCheckpoints(session)).toReversed()) await removeCheckpoint(session, engine, checkpoint);
}
