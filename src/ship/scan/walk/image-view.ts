import type { DirectoryHandle, NodeStat } from "../../../system/file/no-follow.ts";
import { type Attributes, NO_ATTRIBUTES } from "../../../trace/layer-records.ts";

/** One layer, and the extended attributes in it; null where they could not be read. */
export interface Layer {
  readonly path: string;
  readonly attributes: ReadonlyMap<string, Attributes> | null;
}

/** A folder of the image as one layer has it. */
export interface FolderPart {
  /** Number of the layer, 0 is the topmost. */
  readonly layer: number;
  readonly folder: DirectoryHandle;
}

/** What the image shows at a path: the topmost layer's entry, in that layer's folder. */
export interface ImageNode {
  readonly layer: number;
  readonly parent: DirectoryHandle;
  readonly stat: NodeStat;
  readonly attributes: Attributes;
}

export interface ImageLook {
  /** Null where the image has nothing. */
  readonly node: ImageNode | null;
  /** For a folder: the parts of its parent that have a part of it. */
  readonly parts: readonly FolderPart[];
}

const NOTHING: ImageLook = { node: null, parts: [] };
const YES = "79";

/** True for the entry by which a layer hides what is below it. */
export function isWhiteout(stat: Pick<NodeStat, "type" | "device">, attributes: Attributes, marks: string): boolean {
  return (
    (stat.type === "char" && stat.device[0] === 0 && stat.device[1] === 0) ||
    (attributes !== NO_ATTRIBUTES && `${marks}whiteout` in attributes)
  );
}

/** True for a folder that hides all that the layers below have in it. */
export function isOpaque(attributes: Attributes, marks: string): boolean {
  return attributes !== NO_ATTRIBUTES && attributes[`${marks}opaque`] === YES;
}

/** The file system that an image's layers show together. */
export class ImageView {
  readonly #layers: readonly Layer[];
  readonly #marks: string;

  constructor(layers: readonly Layer[], marks: string) {
    this.#layers = layers;
    this.#marks = marks;
  }

  attributesOf(layer: number, path: string): Attributes {
    return this.#layers[layer]?.attributes?.get(path) ?? NO_ATTRIBUTES;
  }

  /** What the image shows under a name of a folder; `path` is that of the name. */
  look(parts: readonly FolderPart[], name: string, path: string): ImageLook {
    if (parts.length === 0) return NOTHING;
    let node: ImageNode | null = null;
    const merged: FolderPart[] = [];
    for (const part of parts) {
      const stat = part.folder.stat(name);
      if (stat === null) continue;
      const attributes = this.attributesOf(part.layer, path);
      if (isWhiteout(stat, attributes, this.#marks)) break;
      const found = { layer: part.layer, parent: part.folder, stat, attributes };
      if (stat.type !== "directory") {
        node ??= found;
        break;
      }
      node ??= found;
      merged.push(part);
      if (isOpaque(attributes, this.#marks)) break;
    }
    return { node, parts: merged };
  }

  /** The names that the image shows in a folder. */
  namesIn(parts: readonly FolderPart[], path: string): readonly string[] {
    const names = new Set(parts.flatMap(({ folder }) => folder.list()));
    return [...names].filter((name) => this.look(parts, name, `${path}/${name}`).node !== null);
  }
}
