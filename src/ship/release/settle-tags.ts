import { isCooperError } from "../../base/errors.ts";
import { inspectImage, removeImage } from "../../engine/image.ts";
import { tagImage } from "../../engine/load-image.ts";
import type { Engine } from "../../engine/open-engine.ts";
import type { ImageNames } from "./image-names.ts";
import { releaseBefore, type Releases } from "./releases.ts";
import type { ReleaseStep } from "./steps.ts";

export interface Tagging {
  readonly names: ImageNames;
  readonly releases: Releases;
  /** How many releases keep a tag of their own. */
  readonly keep: number;
  readonly at?: ((step: ReleaseStep) => void) | undefined;
}

/** Brings the tags to what the ledger says; images that are gone are left out. */
export async function settleTags(engine: Engine, { names, releases, keep, at }: Tagging): Promise<void> {
  const { current, all } = releases;
  if (current === null) return;
  at?.("tag-live");
  await tagIfThere(engine, current.image, names.live);
  at?.("tag-prev");
  const before = releaseBefore(releases, 1);
  if (before !== null) await tagIfThere(engine, before.image, names.prev);
  at?.("tag-release");
  await tagIfThere(engine, current.image, names.release(current.number));
  const kept = new Set(Array.from({ length: keep }, (_, steps) => releaseBefore(releases, steps)?.number));
  for (const { number } of all) if (!kept.has(number)) await removeImage(engine, names.release(number));
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
