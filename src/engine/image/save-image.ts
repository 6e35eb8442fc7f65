import type { Readable } from "node:stream";
import type { Engine } from "../open-engine.ts";
import { callJson, callStream } from "../transport/request.ts";

/** An image as the archive that `docker save` writes, while it comes; throws `image-unknown`. */
export function saveImage(engine: Engine, reference: string, options: { readonly signal?: AbortSignal } = {}): Promise<Readable> {
  const path = `/images/${reference.split("/").map(encodeURIComponent).join("/")}/get`;
  return callStream(engine.channel, { path, codes: { 404: "image-unknown" }, signal: options.signal });
}

/** The ids of the engine's images that have a tag, with their tags, in the engine's order (the newest first). */
export async function listTaggedImages(engine: Engine): Promise<readonly { readonly id: string; readonly tags: readonly string[] }[]> {
  const reply = await callJson(engine.channel, { path: "/images/json" });
  const images = reply.list().map((image) => ({ id: image.at("Id").text(), tags: image.at("RepoTags").texts() }));
  return images
    .map(({ id, tags }) => ({ id, tags: tags.filter((tag) => !tag.startsWith("<none>")) }))
    .filter(({ tags }) => tags.length > 0);
}
