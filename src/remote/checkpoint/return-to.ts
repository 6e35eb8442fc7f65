import { join } from "node:path";
import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { inspectContainer } from "../../engine/container/container.ts";
import { recreateContainer } from "../../engine/container/recreate-container.ts";
import { continueHistory } from "../../history/history-copy.ts";
import { loadMemory, NOTHING_REMEMBERED, saveMemory } from "../serve/shell-memory.ts";
import { bindContainer } from "../session/attach-container.ts";
import type { Session } from "../session/session-record.ts";
import { type Checkpoint, checkpointFolder, START } from "./checkpoints.ts";
import type { CheckpointPlace } from "./make-checkpoint.ts";

/**
 * Makes the session's container anew from a checkpoint (null: from its image, as before anything was recorded); the history ends where it
 * ended then. The session's process must have ended. The old container is removed, its history stays.
 */
export async function returnTo(place: CheckpointPlace, checkpoint: Checkpoint | null): Promise<Session> {
  const { session, engine, store, containerId } = place;
  const image = checkpoint?.image ?? (await firstImage(place));
  const { name, mounts } = await inspectContainer(engine, containerId);
  const spareName = `${name}-undone-${containerId.slice(0, 8)}`;
  // What is written to volumes stays; all else is given up.
  const grace = mounts.length > 0 ? {} : { graceSeconds: 1 };
  const made = await recreateContainer(engine, containerId, { image, spareName, ...grace });
  try {
    if (checkpoint !== null) await continueFrom(place, checkpoint, made.id);
    const bound = await bindContainer(session, await inspectContainer(engine, made.id), session.record.container?.isOwn ?? false);
    const memory = checkpoint === null ? NOTHING_REMEMBERED : await loadMemory(checkpointFolder(session, checkpoint.name));
    await saveMemory(session.folder, memory);
    await made.keep();
    return bound;
  } catch (error) {
    await made.undo();
    throw error;
  }

  async function continueFrom(from: CheckpointPlace, { name: checkpointName }: Checkpoint, id: string): Promise<void> {
    await continueHistory({
      copy: join(checkpointFolder(from.session, checkpointName), "history"),
      contentsOf: store.folder(engine.id, containerId),
      into: store.folder(engine.id, id),
      containerId: id,
    });
  }
}

// What an attached container was before is not known: only one that the session made began as its image.
async function firstImage({ session, engine, store, containerId }: CheckpointPlace): Promise<string> {
  if (session.record.container?.isOwn !== true) throw notOwn(session);
  const history = await store.load(engine.id, containerId);
  return history?.container.imageId ?? (await inspectContainer(engine, containerId)).imageId;
}

function notOwn({ record }: Session): CooperError {
  return new CooperError("checkpoint-unknown", `what ${record.container?.name ?? "the container"} was at its start is not known`, {
    hint: `It was attached, not made by the session: only its checkpoints can be returned to, not "${START}".`,
    exit: EXIT.usage,
  });
}
