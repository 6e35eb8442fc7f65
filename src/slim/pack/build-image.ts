import { Readable } from "node:stream";
import { inspectImage } from "../../engine/image/image.ts";
import { passingName } from "../../engine/left-overs.ts";
import { loadImage } from "../../engine/image/load-image.ts";
import type { Engine } from "../../engine/open-engine.ts";
import type { Kept } from "../closure/close.ts";
import type { Original } from "../inspect/inspect-image.ts";
import type { SlimRequest } from "../request.ts";
import { imageConfig } from "./image-config.ts";
import { packImage } from "./pack-image.ts";
import { withDatabases } from "./package-database.ts";
import { type Layer, packLayer } from "./pack-layer.ts";

const SETUID = 0o6000;

/** An image in the engine that has only its passing name yet. */
export interface BuiltImage {
  readonly id: string;
  readonly size: number;
  readonly layer: Layer;
  /** "sha256:…" of the layer. */
  readonly diffId: string;
  /** Mode bits that no file has. */
  readonly droppedBits: number;
  /** With the package databases. */
  readonly kept: Kept;
  /** Files of the original that have other bytes. */
  readonly replaced: ReadonlyMap<string, Buffer>;
}

/** Makes an image of what is kept of the original. */
export async function buildImage(
  engine: Engine,
  original: Original,
  { kept, request }: { readonly kept: Kept; readonly request: SlimRequest },
): Promise<BuiltImage> {
  const { hasRules, exclude } = request.options;
  const whole = hasRules ? withDatabases(original, kept, exclude) : { kept, replaced: new Map<string, Buffer>() };
  const paths = whole.kept.keys();
  const droppedBits = request.dropsSetuid ? SETUID : 0;
  const layer = packLayer({ image: original.files, paths, replaced: whole.replaced, droppedBits });
  const packed = packImage(layer, (diffId) => imageConfig(original.inspected, { diffId, from: request.name }), [passingName(request.run)]);
  await loadImage(engine, Readable.from(packed.archive, { objectMode: false }));
  const { image: id, layer: diffId } = packed.ids();
  return { ...whole, id, size: (await inspectImage(engine, id)).size, layer, diffId, droppedBits };
}
