import { randomBytes } from "node:crypto";
import type { Tree } from "../format/tree/entry.ts";
import { createContainer, exportContainer, removeContainer } from "../engine/container/container.ts";
import type { Engine } from "../engine/open-engine.ts";
import { readExport } from "./read-export.ts";

export interface ReadTreeOptions {
  readonly signal?: AbortSignal;
}

/** All paths of an image, with hashes. A container that never starts is made of it for that, and removed. */
export async function readBaseTree(engine: Engine, imageId: string, options: ReadTreeOptions = {}): Promise<Tree> {
  return await withImageContainer(engine, imageId, async (id) => {
    const stream = await exportContainer(engine, id, options);
    const { entries } = await readExport(stream);
    for (const path of ADDED_BY_ENGINE) entries.delete(path);
    return entries;
  });
}

/** Made by the engine for the container, not part of the image. */
const ADDED_BY_ENGINE = ["/.dockerenv"] as const;

/** Gives `use` the id of a container of ours that was made of the image and never starts; it is removed afterwards. */
export async function withImageContainer<T>(engine: Engine, imageId: string, use: (containerId: string) => Promise<T>): Promise<T> {
  const owner = randomBytes(6).toString("hex");
  // An image without a command cannot become a container; this one never runs.
  const id = await createContainer(engine, {
    image: imageId,
    cmd: ["/nothing"],
    network: "none",
    labels: { "cooper.owner": owner },
  });
  try {
    return await use(id);
  } finally {
    await removeContainer(engine, id, { force: true, volumes: true });
  }
}
