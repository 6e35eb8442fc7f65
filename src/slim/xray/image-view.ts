import type { LayerFile, LayerScan } from "./layer-scan.ts";
import { bytesBelow, findNode, type MergedImage, mergeLayers, type PathNode, walkNodes } from "./merge-layers.ts";

/** A path of the image as a container sees it. */
export interface VisiblePath {
  readonly path: string;
  readonly file: LayerFile;
  /** The number of its layer, from 0. */
  readonly layer: number;
}

/** The image as a container sees it: what the parts of an xray read. */
export interface ImageView extends MergedImage {
  readonly layers: readonly LayerScan[];
  /** In byte order of the paths. */
  readonly paths: readonly VisiblePath[];
  /** Content of a file that tells what is installed; null when it was not kept. */
  content(path: string): Buffer | null;
  text(path: string): string | null;
  /** Bytes of a file or of all in a folder. */
  bytesAt(path: string, leaveOut?: (name: string) => boolean): number;
}

/** Lays an image's layers over each other. */
export function viewImage(layers: readonly LayerScan[]): ImageView {
  const { root, waste } = mergeLayers(layers);
  const at = (path: string): PathNode | null => findNode(root, path);
  const content = (path: string): Buffer | null => {
    const node = at(path);
    return node?.file ? (layers[node.layer]?.contents.get(path) ?? null) : null;
  };
  return {
    root,
    waste,
    layers,
    paths: [...visiblePaths(root)],
    content,
    text: (path) => content(path)?.toString("utf8") ?? null,
    bytesAt(path, leaveOut) {
      const node = at(path);
      return node === null ? 0 : bytesBelow(node, leaveOut);
    },
  };
}

function* visiblePaths(root: PathNode): Generator<VisiblePath, void, void> {
  for (const [path, { file, layer }] of walkNodes(root)) if (file !== null) yield { path, file, layer };
}
