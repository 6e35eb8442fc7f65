import { posix } from "node:path";
import type { WirePath } from "./tree-cache.ts";

/** What libfuse calls a file that was removed while it was open. */
const ASIDE = /^\.fuse_hidden[0-9a-f]{16}$/u;
const LOOK_MS = 1_000;

interface AsideParts {
  readonly isOpen: (path: WirePath) => boolean;
  readonly remove: (path: WirePath) => void;
}

/**
 * Files that were removed, or replaced, while somebody had them open. Who mounts gives them such a name and removes it with the last close, but forgets
 * to where that close comes while it is still renaming: what nobody has open any more is removed from here.
 */
export class NamesAside {
  readonly #parts: AsideParts;
  readonly #names = new Set<WirePath>();
  #looking: NodeJS.Timeout | null = null;

  constructor(parts: AsideParts) {
    this.#parts = parts;
  }

  /** A file has that name now. */
  note(path: WirePath): void {
    if (!ASIDE.test(posix.basename(path))) return;
    this.#names.add(path);
    this.#looking ??= setInterval(() => this.#look(), LOOK_MS).unref();
  }

  #look(): void {
    const { isOpen, remove } = this.#parts;
    for (const path of this.#names) {
      if (isOpen(path)) continue;
      this.#names.delete(path);
      remove(path);
    }
    if (this.#names.size > 0 || this.#looking === null) return;
    clearInterval(this.#looking);
    this.#looking = null;
  }
}
