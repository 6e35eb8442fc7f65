import { inspectImage, removeImage } from "../../engine/image.ts";
import type { Engine } from "../../engine/open-engine.ts";

/** Removes an image that has no tag. One with a tag is somebody's: the same contents have the same id. */
export async function removeUntagged(engine: Engine, id: string): Promise<void> {
  if ((await inspectImage(engine, id)).tags.length === 0) await removeImage(engine, id);
}
