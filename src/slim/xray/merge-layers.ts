import type { LayerFile, LayerScan } from "./layer-scan.ts";

/** One name of the image as a container sees it. */
export interface PathNode {
  readonly name: string;
  /** The number of the layer, from 0, that wrote it. */
  layer: number;
  /** Null for a folder that no layer names. */
  file: LayerFile | null;
  readonly children: Map<string, PathNode>;
}

/** Bytes that are in a layer and not in the image: `repeated` were written again unchanged (a mode or owner was changed). */
export interface Waste {
  readonly path: string;
  readonly bytes: number;
  readonly kind: "deleted" | "overwritten" | "repeated";
  /** The layer that holds the bytes, from 0. */
  readonly layer: number;
  /** The layer that hides them. */
  readonly by: number;
}

/** All layers laid over each other. */
export interface MergedImage {
  readonly root: PathNode;
  /** In the order of the layers. */
  readonly waste: readonly Waste[];
}

/** Lays layers over each other, the lowest first, as the engine does. */
export function mergeLayers(layers: readonly LayerScan[]): MergedImage {
  const root: PathNode = { name: "", layer: 0, file: null, children: new Map() };
  const waste: Waste[] = [];
  for (const [by, layer] of layers.entries()) {
    for (const path of layer.emptied) empty(findNode(root, path), { by, kind: "deleted", waste });
    for (const path of layer.deleted) remove(root, path, { by, kind: "deleted", waste });
    for (const file of layer.files) put(root, file, { by, waste });
  }
  return { root, waste };
}

interface Loss {
  readonly by: number;
  readonly kind: Waste["kind"];
  readonly waste: Waste[];
}

function namesOf(path: string): string[] {
  return path.split("/").filter((name) => name !== "");
}

/** The node of an absolute path. */
export function findNode(root: PathNode, path: string): PathNode | null {
  let node: PathNode | undefined = root;
  for (const name of namesOf(path)) node = node?.children.get(name);
  return node ?? null;
}

function empty(node: PathNode | null, loss: Loss): void {
  for (const child of node?.children.values() ?? []) lose(child, loss);
  node?.children.clear();
}

function remove(root: PathNode, path: string, loss: Loss): void {
  const names = namesOf(path);
  const last = names.pop() ?? "";
  const folder = findNode(root, names.join("/"));
  const node = folder?.children.get(last);
  if (node === undefined) return;
  lose(node, loss);
  folder?.children.delete(last);
}

function lose(node: PathNode, loss: Loss): void {
  noteLoss(node, loss);
  for (const child of node.children.values()) lose(child, loss);
}

function noteLoss({ file, layer }: PathNode, { by, kind, waste }: Loss): void {
  // What a layer wrote twice is its own matter: the archive's last word counts.
  if (file !== null && file.size > 0 && layer !== by) waste.push({ path: file.path, bytes: file.size, kind, layer, by });
}

function put(root: PathNode, file: LayerFile, { by, waste }: { readonly by: number; readonly waste: Waste[] }): void {
  let node = root;
  for (const name of namesOf(file.path)) {
    let next = node.children.get(name);
    if (next === undefined) {
      next = { name, layer: by, file: null, children: new Map() };
      node.children.set(name, next);
    }
    node = next;
  }
  const isSame = file.hash !== null && node.file?.hash === file.hash;
  noteLoss(node, { by, kind: isSame ? "repeated" : "overwritten", waste });
  if (file.type !== "directory") empty(node, { by, kind: "overwritten", waste });
  node.file = file;
  node.layer = by;
}

/** Every path of the image with its node, folders before what is in them, names in byte order. */
export function* walkNodes(root: PathNode, path = ""): Generator<readonly [string, PathNode], void, void> {
  for (const [name, node] of [...root.children].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    yield [`${path}/${name}`, node];
    if (node.children.size > 0) yield* walkNodes(node, `${path}/${name}`);
  }
}

/** Bytes of all files at and below a node. */
export function bytesBelow(node: PathNode, leaveOut: (name: string) => boolean = () => false): number {
  let bytes = node.file?.size ?? 0;
  for (const child of node.children.values()) if (!leaveOut(child.name)) bytes += bytesBelow(child, leaveOut);
  return bytes;
}
