import { isCooperError } from "../base/errors.ts";
import type { Finding } from "../base/finding.ts";
import { inspectImage } from "../engine/image/image.ts";
import type { Engine } from "../engine/open-engine.ts";
import type { ContainerRecord } from "../history/model.ts";

const SHORT_ID = 19;

async function idOf(engine: Engine, reference: string): Promise<string | null> {
  try {
    return (await inspectImage(engine, reference)).id;
  } catch (error) {
    if (isCooperError(error) && error.code === "image-unknown") return null;
    throw error;
  }
}

/** Findings about the image that FROM names: it is gone, or the name means another image by now. */
export async function checkImage(engine: Engine, { image, imageId }: ContainerRecord): Promise<readonly Finding[]> {
  const named = await idOf(engine, image);
  if (named === imageId) return [];
  const id = imageId.slice(0, SHORT_ID);
  if (named !== null) {
    const message = `${image} names another image (${named.slice(0, SHORT_ID)}) than the one that the container was made of (${id})`;
    return [
      {
        code: "image-moved",
        message,
        hint: "A build starts from the new one and may differ; --pin names the old one where it has a digest.",
        where: { image },
      },
    ];
  }
  const isThere = (await idOf(engine, imageId)) !== null;
  const hint = isThere
    ? `It is still there without its name: docker tag ${id} ${image}`
    : `Bring it back before you build: docker pull ${image}`;
  return [{ code: "image-gone", message: `there is no image ${image} (${id}) on this engine any more`, hint, where: { image } }];
}
