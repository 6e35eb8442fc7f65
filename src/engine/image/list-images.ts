import type { Engine } from "../open-engine.ts";
import { callJson } from "../transport/request.ts";

export interface ImageSummary {
  /** "sha256:…". */
  readonly id: string;
  /** "web:live"; empty for an image that no name leads to any more. */
  readonly tags: readonly string[];
  /** Bytes of all layers. */
  readonly size: number;
  /** Seconds since 1970. */
  readonly createdAt: number;
}

/** The images that the engine has, without the layers in between; with a reference, those of that name. */
export async function listImages(engine: Engine, reference?: string): Promise<readonly ImageSummary[]> {
  const reply = await callJson(engine.channel, {
    path: "/images/json",
    ...(reference === undefined ? {} : { query: { filters: JSON.stringify({ reference: [reference] }) } }),
  });
  return reply.list().map((image) => ({
    id: image.at("Id").need(),
    tags: image
      .at("RepoTags")
      .texts()
      .filter((tag) => tag !== "<none>:<none>"),
    size: image.at("Size").number(),
    createdAt: image.at("Created").number(),
  }));
}
