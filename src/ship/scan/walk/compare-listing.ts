import { messageOf } from "../../../base/errors.ts";
import { errorCode } from "../../../system/file/files.ts";
import type { LayerRecords, ListedFolder, ListedNode } from "../../../trace/layer-records.ts";
import type { LayerChange, Unseen } from "./change.ts";
import { type CompareSettings, compareNode, deletion } from "./compare-node.ts";
import { FolderCursor } from "./folder-cursor.ts";
import { type FolderPair, FolderPairs, type LayerStack } from "./folder-pair.ts";
import { isWhiteout } from "./image-view.ts";

/** Names of a container's own layer, and the layers. */
export interface Listing {
  readonly stack: LayerStack;
  readonly records: LayerRecords;
  readonly settings: CompareSettings;
}

export interface Compared {
  readonly changes: readonly LayerChange[];
  readonly entries: number;
  /** Files taken for equal on the word of their size. */
  readonly unverified: number;
  readonly unseen: readonly Unseen[];
}

/** Compares each name of a container's own layer with what the image shows there. */
export function compareListing(listing: Listing): Compared {
  const comparison = new Comparison(listing);
  comparison.run();
  return comparison;
}

class Comparison implements Compared {
  readonly changes: LayerChange[] = [];
  readonly unseen: Unseen[];
  entries = 0;
  unverified = 0;
  readonly #listing: Listing;
  readonly #pairs: FolderPairs;

  constructor(listing: Listing) {
    this.#listing = listing;
    this.#pairs = new FolderPairs(listing.stack);
    this.unseen = listing.records.unread.map(({ path, why }) => ({ path: path === "" ? "/" : path, why }));
  }

  run(): void {
    const cursor = new FolderCursor(this.#pairs);
    try {
      for (const folder of this.#listing.records.folders) this.#guarded(folder.path, () => this.#compareFolder(cursor, folder));
    } finally {
      cursor.close();
    }
  }

  #compareFolder(cursor: FolderCursor, { path, hides, nodes }: ListedFolder): void {
    const pair = cursor.go(path);
    if (pair === null && path === "") this.unseen.push({ path: "/", why: "a layer is not there" });
    if (pair === null) return;
    for (const node of nodes) this.#compareGuarded(pair, node);
    const hidesRest = this.#listing.stack.marks === "user.overlay." ? hides.user : hides.trusted;
    if (hidesRest && pair.parts.length > 0) this.#noteHidden(pair, new Set(nodes.map(({ name }) => name)));
  }

  /** As `guarded`, without a function for each of a hundred thousand names. */
  #compareGuarded(pair: FolderPair, node: ListedNode): void {
    const path = `${pair.path}/${node.name}`;
    this.entries++;
    try {
      this.#compare(pair, node, path);
    } catch (error) {
      this.#miss(path, error);
    }
  }

  #compare(pair: FolderPair, node: ListedNode, path: string): void {
    const { settings, stack } = this.#listing;
    const { name, attributes } = node;
    const image = this.#pairs.view.look(pair.parts, name, path).node;
    if (isWhiteout(node, attributes, stack.marks)) {
      if (image !== null) this.changes.push(deletion(path, image, settings));
      return;
    }
    const { change, isUnverified } = compareNode({ path, name, parent: pair.upper, stat: node, attributes, known: node }, image, settings);
    if (change !== null) this.changes.push(change);
    if (isUnverified) this.unverified++;
  }

  #noteHidden(pair: FolderPair, present: ReadonlySet<string>): void {
    for (const name of this.#pairs.view.namesIn(pair.parts, pair.path)) {
      if (present.has(name)) continue;
      const path = `${pair.path}/${name}`;
      const { node } = this.#pairs.view.look(pair.parts, name, path);
      if (node !== null) this.changes.push(deletion(path, node, this.#listing.settings));
    }
  }

  #guarded(path: string, act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#miss(path, error);
    }
  }

  #miss(path: string, error: unknown): void {
    this.unseen.push({ path: path === "" ? "/" : path, why: errorCode(error) || messageOf(error) });
  }
}
