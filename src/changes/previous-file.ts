import type { Engine } from "../engine/open-engine.ts";
import type { ContainerInfo } from "../engine/container/container.ts";
import type { Tree } from "../format/tree/entry.ts";
import type { ContentStore } from "../system/store/content-store.ts";
import { withImageContainer } from "./base-tree.ts";
import type { ChangeSource } from "./change-source.ts";
import { hashBytes } from "./content-hasher.ts";
import type { ReadFile } from "./package-watch.ts";
import { readContainerFile } from "./read-file.ts";

const LARGEST_FILE = 256 * 1024 * 1024;

export interface PreviousFileOptions {
  readonly engine: Engine;
  readonly container: ContainerInfo;
  readonly base: Tree;
  readonly previous: Tree | null;
  readonly contents: ContentStore;
}

/**
 * Reads small files as they were in the tree that the first look compares with: from the container where they did not change since, else
 * from the kept contents, else from the image. Where all that fails the present file is taken, so that nothing wrong is told.
 */
export function previousFileReader(options: PreviousFileOptions, source: ChangeSource): ReadFile {
  return async (path) => {
    const present = await source.readFile(path);
    const wanted = (options.previous ?? options.base).get(path)?.hash;
    if (wanted === undefined) return options.base.size === 0 ? present : null;
    if (present !== null && hashBytes(present) === wanted) return present;
    const kept = options.contents.readSync(wanted);
    if (kept !== null) return kept;
    if (options.base.get(path)?.hash !== wanted) return present;
    return await withImageContainer(options.engine, options.container.imageId, (containerId) =>
      readContainerFile(options.engine, { containerId, path }, LARGEST_FILE),
    );
  };
}
