import type { PathNode } from "../merge-layers.ts";

/** A path of a treemap: a name, its bytes, and what of it is worth showing. */
export interface Branch {
  readonly name: string;
  readonly bytes: number;
  readonly inner: readonly Branch[];
}

/** The part of the whole below which a path is only counted. */
const SMALLEST = 0.0005;

/** The paths of an image with a size worth showing, the heaviest first; the rest of a folder is one branch "…". */
export function branchesOf(root: PathNode): Branch {
  const whole = weigh(root);
  return prune(whole, whole.bytes * SMALLEST);
}

function weigh(node: PathNode): Branch {
  const inner = [...node.children.values()].map(weigh).filter(({ bytes }) => bytes > 0);
  const bytes = inner.reduce((sum, one) => sum + one.bytes, node.file?.size ?? 0);
  return { name: node.name, bytes, inner: inner.toSorted((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1)) };
}

function prune({ name, bytes, inner }: Branch, least: number): Branch {
  const shown = inner.filter((one) => one.bytes >= least).map((one) => prune(one, least));
  const rest = inner.filter((one) => one.bytes < least).reduce((sum, one) => sum + one.bytes, 0);
  return { name, bytes, inner: rest > 0 && shown.length > 0 ? [...shown, { name: "…", bytes: rest, inner: [] }] : shown };
}
