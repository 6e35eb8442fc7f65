import type { ImageView } from "./image-view.ts";
import { type PathNode, type Waste, walkNodes } from "./merge-layers.ts";

/** A path and its bytes. */
export interface Weight {
  readonly path: string;
  readonly bytes: number;
}

/** Several files with the same bytes. */
export interface Duplicates {
  readonly bytes: number;
  readonly paths: readonly string[];
}

/** Where an image's weight is. */
export interface Weights {
  readonly files: readonly Weight[];
  readonly folders: readonly Weight[];
  /** One for each content that stands more than once; `bytes` is what the copies take. */
  readonly duplicates: readonly Duplicates[];
  readonly duplicateBytes: number;
  readonly wasted: readonly Waste[];
  readonly wastedBytes: number;
}

/** A folder that holds this share of its parent's bytes is named instead of the parent. */
const MOST = 0.9;

/** The heaviest paths, `most` of each kind. */
export function weighImage(view: ImageView, most: number): Weights {
  const files = view.paths.filter(({ file }) => file.size > 0).map(({ path, file }) => ({ path, bytes: file.size }));
  const duplicates = findDuplicates(view);
  return {
    files: heaviest(files, most),
    folders: heaviest(foldersOf(view.root), most),
    duplicates: duplicates.slice(0, most),
    duplicateBytes: duplicates.reduce((sum, { bytes }) => sum + bytes, 0),
    wasted: heaviest(view.waste, most),
    wastedBytes: view.waste.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function heaviest<T extends Weight>(weights: readonly T[], most: number): readonly T[] {
  return weights.toSorted((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1)).slice(0, most);
}

function foldersOf(root: PathNode): Weight[] {
  const totals = new Map<PathNode, number>();
  sumFolders(root, totals);
  const folders: Weight[] = [];
  for (const [path, node] of walkNodes(root)) {
    const bytes = totals.get(node) ?? 0;
    const largest = Math.max(0, ...[...node.children.values()].map((child) => totals.get(child) ?? 0));
    if (bytes > 0 && largest < bytes * MOST) folders.push({ path, bytes });
  }
  return folders;
}

/** Bytes of each folder with something in it. */
function sumFolders(node: PathNode, totals: Map<PathNode, number>): number {
  let bytes = node.file?.size ?? 0;
  for (const child of node.children.values()) bytes += sumFolders(child, totals);
  if (node.children.size > 0) totals.set(node, bytes);
  return bytes;
}

function findDuplicates({ paths }: ImageView): readonly Duplicates[] {
  const byHash = new Map<string, { bytes: number; paths: string[] }>();
  for (const { path, file } of paths) {
    if (file.hash === null) continue;
    const group = byHash.get(file.hash);
    if (group === undefined) byHash.set(file.hash, { bytes: 0, paths: [path] });
    else {
      group.bytes += file.size;
      group.paths.push(path);
    }
  }
  const groups = [...byHash.values()].filter(({ bytes }) => bytes > 0);
  return groups.toSorted((a, b) => b.bytes - a.bytes || ((a.paths[0] ?? "") < (b.paths[0] ?? "") ? -1 : 1));
}
