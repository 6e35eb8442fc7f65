import { CooperError, isCooperError } from "../../base/errors.ts";
import { inspectImage, removeImage } from "../../engine/image/image.ts";
import { tagImage } from "../../engine/image/load-image.ts";
import type { Engine } from "../../engine/open-engine.ts";
import type { ImageNames } from "./image-names.ts";
import { releaseBefore, type Releases } from "./releases.ts";
import { atStep } from "./steps.ts";

export interface Tagging {
  readonly names: ImageNames;
  readonly releases: Releases;
  /** How many releases keep a tag of their own. */
  readonly keep: number;
}

/** Brings the tags to what the ledger says; images that are gone are left out. */
export async function settleTags(engine: Engine, { names, releases, keep }: Tagging): Promise<void> {
  const { current } = releases;
  if (current === null) return;
  atStep("tag-live");
  await tagIfThere(engine, current.image, names.live);
  atStep("tag-prev");
  const before = releaseBefore(releases, 1);
  if (before === null) await untag(engine, names.prev);
  else await tagIfThere(engine, before.image, names.prev);
  atStep("tag-release");
  await tagIfThere(engine, current.image, names.release(current.number));
  for (const number of spent(releases, keep)) await untag(engine, names.release(number));
}

/** Releases that need no tag of their own: neither among the newest, nor near the current one. */
function spent(releases: Releases, keep: number): readonly number[] {
  const newest = releases.all.filter(({ withdrawn }) => withdrawn === null).slice(-Math.max(keep, 1));
  const near = [releases.current, releaseBefore(releases, 1)];
  const kept = new Set([...newest, ...near].map((release) => release?.number));
  return releases.all.map(({ number }) => number).filter((number) => !kept.has(number));
}

/** A container that has it keeps its image; the tag goes another time. */
async function untag(engine: Engine, tag: string): Promise<void> {
  try {
    await removeImage(engine, tag);
  } catch (error) {
    if (!isCooperError(error) || error.code !== "image-in-use") throw error;
  }
}

async function tagIfThere(engine: Engine, image: string, tag: string): Promise<void> {
  if ((await imageIdOf(engine, tag)) === image || (await imageIdOf(engine, image)) === null) return;
  await tagImage(engine, image, tag);
}

/** The id of an image; null where the engine has none of that name. */
export async function imageIdOf(engine: Engine, reference: string): Promise<string | null> {
  try {
    return (await inspectImage(engine, reference)).id;
  } catch (error) {
    if (isCooperError(error) && error.code === "image-unknown") return null;
    throw error;
  }
}

/** The id of an image that somebody named, or that should have been built; throws `image-not-built`. */
export async function needImage(engine: Engine, reference: string): Promise<string> {
  const image = await imageIdOf(engine, reference);
  if (image !== null) return image;
  throw new CooperError("image-not-built", `There is no image ${reference} at this engine.`, {
    hint: "`cooper build` makes the one of a unit.",
    where: { image: reference },
  });
}
