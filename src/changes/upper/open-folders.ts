import type { DirectoryHandle } from "../../system/file/no-follow.ts";

interface OpenFolder {
  readonly name: string;
  readonly directory: DirectoryHandle;
}

/** The directories that lead to the last path asked for, held open: paths asked for in their order open each directory once. */
export class OpenFolders {
  readonly #root: DirectoryHandle;
  #open: OpenFolder[] = [];

  constructor(root: DirectoryHandle) {
    this.#root = root;
  }

  /** Gives the directory that holds the last component of `path` to `use`; null when a component on the way is not a directory. */
  inParent<T>(path: string, use: (parent: DirectoryHandle, name: string) => T): T | null {
    const names = path.split("/").filter((name) => name !== "");
    const last = names.pop();
    if (last === undefined) return null;
    let depth = 0;
    while (depth < names.length && this.#open[depth]?.name === names[depth]) depth++;
    this.#closeFrom(depth);
    for (const name of names.slice(depth)) {
      const directory = (this.#open.at(-1)?.directory ?? this.#root).directory(name);
      if (directory === null) return null;
      this.#open.push({ name, directory });
    }
    return use(this.#open.at(-1)?.directory ?? this.#root, last);
  }

  /** Closes them, not the root. */
  close(): void {
    this.#closeFrom(0);
  }

  #closeFrom(depth: number): void {
    for (const { directory } of this.#open.splice(depth)) directory.close();
  }
}
