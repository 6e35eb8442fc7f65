import { createHash } from "node:crypto";
import { tarMember } from "../../format/tar/member.ts";
import { type TarInput, writeTar } from "../../format/tar/write-tar.ts";
import type { JsonObject } from "./image-config.ts";
import type { Layer } from "./pack-layer.ts";
import { withTag } from "./with-tag.ts";

const LAYER_NAME = "layer.tar";

/** A slim image as a `docker save` archive that is made while it is read. */
export interface PackedImage {
  readonly archive: AsyncGenerator<Buffer, void, void>;
  /** "sha256:…" of the image and of its layer; known when the archive was read to its end. */
  ids(): { readonly image: string; readonly layer: string };
}

/** Makes the archive of a layer and the settings that go with its hash. The same layer and settings give the same bytes and the same image id. */
export function packImage(layer: Layer, settings: (diffId: string) => JsonObject, tags: readonly string[]): PackedImage {
  const ids = { image: "", layer: "" };
  const archive = writeTar(members(layer, { settings, tags, ids }));
  return { archive, ids: () => ids };
}

interface Making {
  readonly settings: (diffId: string) => JsonObject;
  readonly tags: readonly string[];
  readonly ids: { image: string; layer: string };
}

/** The layer comes first, so that its hash is known when the configuration is written: nothing is read twice. */
async function* members(layer: Layer, { settings, tags, ids }: Making): AsyncGenerator<TarInput> {
  const hash = createHash("sha256");
  yield { member: tarMember({ path: LAYER_NAME, size: layer.size }), body: listened(layer, (piece) => hash.update(piece)) };
  ids.layer = `sha256:${hash.digest("hex")}`;
  const config = Buffer.from(JSON.stringify(settings(ids.layer)));
  const id = createHash("sha256").update(config).digest("hex");
  ids.image = `sha256:${id}`;
  yield { member: tarMember({ path: `${id}.json`, size: config.length }), body: config };
  const RepoTags = tags.length === 0 ? null : tags.map(withTag);
  const manifest = Buffer.from(JSON.stringify([{ Config: `${id}.json`, RepoTags, Layers: [LAYER_NAME] }]));
  yield { member: tarMember({ path: "manifest.json", size: manifest.length }), body: manifest };
}

async function* listened(layer: Layer, listen: (piece: Buffer) => void): AsyncGenerator<Buffer> {
  for await (const piece of layer.bytes()) {
    listen(piece);
    yield piece;
  }
}
