/** Paths, asked whether they have to do with others. */
export class PathSet {
  readonly #paths: ReadonlySet<string>;
  readonly #above: ReadonlySet<string>;

  constructor(paths: readonly string[]) {
    this.#paths = new Set(paths);
    this.#above = new Set(paths.flatMap(foldersAbove));
  }

  /** One of the paths is one of the others, or above or below one. */
  touches(other: PathSet): boolean {
    const [few, many] = this.#paths.size < other.#paths.size ? [this, other] : [other, this];
    return [...few.#paths].some((path) => many.#meets(path));
  }

  /** One of the paths begins so, or is above what does. */
  isAmong(beginnings: readonly string[]): boolean {
    return [...this.#paths].some((path) => beginnings.some((start) => path.startsWith(start) || start.startsWith(`${path}/`)));
  }

  #meets(path: string): boolean {
    return this.#paths.has(path) || this.#above.has(path) || foldersAbove(path).some((folder) => this.#paths.has(folder));
  }
}

function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) folders.push(path.slice(0, at));
  return folders;
}
