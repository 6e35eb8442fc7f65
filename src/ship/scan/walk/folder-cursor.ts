import type { FolderPair, FolderPairs } from "./folder-pair.ts";

/** Beyond so many descriptors what is above a folder is closed, and opened again from the root on when it is needed. */
const MOST_OPEN = 400;

/** Goes from folder to folder; those above the present one stay open, so that what is near each other in a tree is near in cost. */
export class FolderCursor {
  readonly #pairs: FolderPairs;
  readonly #open: FolderPair[] = [];

  constructor(pairs: FolderPairs) {
    this.#pairs = pairs;
  }

  /** The folder at a path, open until the next is asked for; null when a part of the way is no folder (any more). */
  go(path: string): FolderPair | null {
    while (!isAbove(this.#open.at(-1), path)) this.#closeLast();
    let pair = this.#open.at(-1) ?? this.#hold(this.#pairs.root());
    const names = path.slice(pair?.path.length ?? 0).split("/");
    for (const name of names) {
      if (pair !== null && name !== "") pair = this.#hold(this.#pairs.enter(pair, name));
    }
    return pair;
  }

  close(): void {
    while (this.#open.length > 0) this.#closeLast();
  }

  #hold(pair: FolderPair | null): FolderPair | null {
    if (pair === null) return null;
    if (this.#pairs.open > MOST_OPEN) this.close();
    this.#open.push(pair);
    return pair;
  }

  #closeLast(): void {
    const pair = this.#open.pop();
    if (pair !== undefined) this.#pairs.close(pair);
  }
}

function isAbove(pair: FolderPair | undefined, path: string): boolean {
  return pair === undefined || pair.path === "" || pair.path === path || path.startsWith(`${pair.path}/`);
}
