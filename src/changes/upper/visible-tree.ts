import type { Entry, Tree } from "../../format/tree/entry.ts";
import { indexChildren } from "../../format/tree/children.ts";
import type { UpperNode, UpperScan } from "./scan-upper.ts";

/** Reads the names that the container sees in a directory; null when that cannot be told. */
export type ListMerged = (path: string) => ReadonlySet<string> | null;

/**
 * Knows which paths of the image are still to be seen below an upper directory. A directory that was removed and made again is opaque: it
 * hides the image's. The mark of that is an extended attribute, which cannot be read here; so the names that the container sees decide.
 */
export class VisibleTree {
  readonly #image: Tree;
  readonly #listMerged: ListMerged;
  readonly #opaque = new Set<string>();
  #children: ReadonlyMap<string, readonly string[]> | null = null;
  #nodes: ReadonlyMap<string, UpperNode> = new Map();

  constructor(image: Tree, listMerged: ListMerged) {
    this.#image = image;
    this.#listMerged = listMerged;
  }

  /** Takes a scan; gives the directories below which other paths than before may be seen. */
  update(scan: UpperScan): ReadonlySet<string> {
    this.#nodes = scan.nodes;
    const reshaped = new Set<string>(scan.vanished);
    for (const path of scan.touched) {
      const node = scan.nodes.get(path);
      if (node === undefined) continue;
      if (node.stat.type !== "directory") {
        if (this.#image.get(path)?.type === "directory") reshaped.add(path);
        this.#opaque.delete(path);
      } else if (this.#image.get(path)?.type === "directory" && this.#judge(path)) reshaped.add(path);
    }
    for (const path of scan.vanished) this.#opaque.delete(path);
    return reshaped;
  }

  /** What the image shows at a path that the upper directory does not have. */
  imageEntry(path: string): Entry | null {
    const entry = this.#image.get(path);
    return entry === undefined || this.#isHidden(path) ? null : entry;
  }

  #isHidden(path: string): boolean {
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
      const above = path.slice(0, at);
      const node = this.#nodes.get(above);
      if (node !== undefined && (node.stat.type !== "directory" || this.#opaque.has(above))) return true;
    }
    return false;
  }

  /** Decides whether a directory of both is opaque; true when that is new. */
  #judge(path: string): boolean {
    this.#children ??= indexChildren(this.#image);
    const names = this.#children.get(path) ?? [];
    const absent = names.filter((name) => !this.#nodes.has(`${path}/${name}`));
    if (absent.length === 0) return false;
    const merged = this.#listMerged(path);
    if (merged === null) return false;
    const wasOpaque = this.#opaque.has(path);
    // What was deleted between scan and listing has a whiteout by the next scan, which judges again.
    const isOpaque = !absent.some((name) => merged.has(name));
    if (isOpaque) this.#opaque.add(path);
    else this.#opaque.delete(path);
    return isOpaque !== wasOpaque;
  }
}
