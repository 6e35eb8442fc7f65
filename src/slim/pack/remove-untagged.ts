import { isCooperError } from "../../base/errors.ts";
import { inspectImage, removeImage } from "../../engine/image.ts";
import type { Engine } from "../../engine/open-engine.ts";

async function tagsOf(engine: Engine, id: string): Promise<readonly string[] | null> {
  try {
    return (await inspectImage(engine, id)).tags;
  } catch (error) {
    if (isCooperError(error) && error.code === "image-unknown") return null;
    throw error;
  }
}

/** Removes an image that has no tag. One with a tag is somebody's: the same contents have the same id. */
export async function removeUntagged(engine: Engine, id: string): Promise<void> {
  const tags = await tagsOf(engine, id);
  if (tags !== null && tags.length === 0) await removeImage(engine, id);
}
