import { Readable } from "node:stream";
import { inspectImage } from "../../engine/image.ts";
import { loadImage } from "../../engine/load-image.ts";
import type { Engine } from "../../engine/open-engine.ts";
import type { Spool } from "../../system/spool.ts";
import type { Kept } from "../closure/close.ts";
import type { Original } from "../inspect/inspect-image.ts";
import { packImage, packLayer } from "./pack-image.ts";

/** An image in the engine that has no tag yet. */
export interface BuiltImage {
  readonly id: string;
  readonly size: number;
}

/** Makes an image of what is kept of the original. */
export async function buildImage(
  engine: Engine,
  original: Original,
  input: { readonly kept: Kept; readonly from: string; readonly spool: Spool },
): Promise<BuiltImage> {
  const layer = await packLayer(original.files, input.kept.keys(), input.spool);
  const { id, archive } = packImage({ layer, spool: input.spool, inspected: original.inspected, from: input.from, tag: null });
  await loadImage(engine, Readable.from(archive, { objectMode: false }));
  return { id, size: (await inspectImage(engine, id)).size };
}
