import { CooperError, isCooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { inspectImage } from "../../engine/image/image.ts";
import { loadImage } from "../../engine/image/load-image.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { saveImage } from "../../engine/image/save-image.ts";
import { packed } from "./packed.ts";

export interface Sending {
  readonly from: Engine;
  readonly to: Engine;
  readonly image: string;
  readonly signal: AbortSignal;
}

/** Brings an image from one engine to another, as a stream that is nowhere kept; false where the other has it already. Throws `image-unknown`, `image-not-sent`. */
export async function sendImage({ from, to, image, signal }: Sending): Promise<boolean> {
  const { id } = await inspectImage(from, image);
  // Two engines can have the same id (one machine, a copied one): what counts is the image.
  if ((await imageId(to, image)) === id) return false;
  const archive = await saveImage(from, image, { signal });
  // Over a network the bytes are what takes time; between two engines of one machine packing would.
  await loadImage(to, to.isLocal ? archive : packed(archive));
  const arrived = await imageId(to, image);
  if (arrived === null) throw notSent(image);
  return true;
}

/** The id of an engine's image; null where it has none of that name. */
export async function imageId(engine: Engine, image: string): Promise<string | null> {
  try {
    return (await inspectImage(engine, image)).id;
  } catch (error) {
    if (isCooperError(error) && error.code === "image-unknown") return null;
    throw error;
  }
}

function notSent(image: string): CooperError {
  return new CooperError("image-not-sent", `the other engine took ${image}, but has no image of that name`, {
    hint: "See whether its disk is full: docker system df",
    exit: EXIT.engine,
  });
}
