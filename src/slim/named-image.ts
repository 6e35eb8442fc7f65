import { CooperError, isCooperError } from "../base/errors.ts";
import { type ImageInfo, inspectImage } from "../engine/image/image.ts";
import type { Engine } from "../engine/open-engine.ts";

/** An image that a user named; throws `image-unknown` with what they can do. */
export async function namedImage(engine: Engine, reference: string, hint: string): Promise<ImageInfo> {
  try {
    return await inspectImage(engine, reference);
  } catch (cause) {
    if (!isCooperError(cause) || cause.code !== "image-unknown") throw cause;
    throw new CooperError("image-unknown", `There is no image ${reference.trim() === "" ? "without a name" : reference} on this engine.`, {
      hint,
      where: { image: reference },
      cause,
    });
  }
}
