import { type DirectoryHandle, openRoot } from "../../../system/file/no-follow.ts";
import { type FolderPart, ImageView, type Layer } from "./image-view.ts";

/** One folder of a container's own layer, held open with the parts that the image's layers have of it. */
export interface FolderPair {
  /** "" is the root. */
  readonly path: string;
  readonly upper: DirectoryHandle;
  readonly parts: readonly FolderPart[];
}

/** The layers of one container. */
export interface LayerStack {
  /** The folder of the container's own layer. */
  readonly upper: string;
  readonly lower: readonly Layer[];
  readonly marks: string;
}

/** Opens folders of the container's own layer, each together with the image's, name by name and never through a link. */
export class FolderPairs {
  readonly stack: LayerStack;
  readonly view: ImageView;
  #open = 0;

  constructor(stack: LayerStack) {
    this.stack = stack;
    this.view = new ImageView(stack.lower, stack.marks);
  }

  /** Descriptors that are held. */
  get open(): number {
    return this.#open;
  }

  /** Null when a layer is not there (any more). */
  root(): FolderPair | null {
    const upper = openRoot(this.stack.upper);
    if (upper === null) return null;
    const parts: FolderPart[] = [];
    for (const [layer, { path }] of this.stack.lower.entries()) {
      const folder = openRoot(path);
      if (folder !== null) parts.push({ layer, folder });
    }
    const pair = this.#held({ path: "", upper, parts });
    if (parts.length === this.stack.lower.length) return pair;
    this.close(pair);
    return null;
  }

  /** A folder in a folder; null when it is none (any more). */
  enter(above: FolderPair, name: string): FolderPair | null {
    const path = `${above.path}/${name}`;
    const upper = above.upper.directory(name);
    if (upper === null) return null;
    const { parts } = this.view.look(above.parts, name, path);
    const opened = parts.flatMap(({ layer, folder }) => {
      const part = folder.directory(name);
      return part === null ? [] : [{ layer, folder: part }];
    });
    return this.#held({ path, upper, parts: opened });
  }

  /** The folder at a path, opened from the root on; null when a part of the way is no folder (any more). */
  at(path: string): FolderPair | null {
    let pair = this.root();
    for (const name of path.split("/").filter((part) => part !== "")) {
      if (pair === null) return null;
      const next = this.enter(pair, name);
      this.close(pair);
      pair = next;
    }
    return pair;
  }

  close(pair: FolderPair): void {
    pair.upper.close();
    for (const { folder } of pair.parts) folder.close();
    this.#open -= 1 + pair.parts.length;
  }

  #held(pair: FolderPair): FolderPair {
    this.#open += 1 + pair.parts.length;
    return pair;
  }
}
