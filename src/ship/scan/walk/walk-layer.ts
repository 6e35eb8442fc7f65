import { messageOf } from "../../../base/errors.ts";
import { errorCode } from "../../../system/files.ts";
import type { NodeStat } from "../../../system/no-follow.ts";
import type { LayerChange, Unseen } from "./change.ts";
import { type CompareSettings, compareNode, deletion, type UpperNode } from "./compare-node.ts";
import { type FolderPair, FolderPairs, type LayerStack } from "./folder-pair.ts";
import { type ImageLook, isWhiteout } from "./image-view.ts";

/** One stretch of the walk of a container's own layer. */
export interface Stretch {
  readonly stack: LayerStack;
  /** Folders to begin at, "" is the root. */
  readonly from: readonly string[];
  /** Entries after which the folders that are left are given back. */
  readonly budget: number;
  readonly settings: CompareSettings;
}

export interface Walked {
  readonly changes: readonly LayerChange[];
  /** Folders that were not come to. */
  readonly left: readonly string[];
  readonly entries: number;
  /** Files taken for equal on the word of their size. */
  readonly unverified: number;
  readonly unseen: readonly Unseen[];
  /** A number that is another one as soon as anything in the layer is written, made or removed. */
  readonly signature: number;
}

/** Beyond so many descriptors a folder is put off and opened from the root on later. */
const MOST_OPEN = 400;

/** Walks folders of a container's own layer and compares each entry with what the image shows there. */
export function walkLayer(stretch: Stretch): Walked {
  return new Walk(stretch).walk();
}

interface Open {
  readonly pair: FolderPair;
  readonly below: { readonly name: string; readonly look: ImageLook }[];
}

class Walk {
  readonly #stretch: Stretch;
  readonly #pairs: FolderPairs;
  readonly #changes: LayerChange[] = [];
  readonly #unseen: Unseen[] = [];
  readonly #later: string[];
  #entries = 0;
  #unverified = 0;
  #signature = 0;

  constructor(stretch: Stretch) {
    this.#stretch = stretch;
    this.#pairs = new FolderPairs(stretch.stack);
    this.#later = [...stretch.from];
  }

  walk(): Walked {
    for (let path = this.#later.pop(); path !== undefined; path = this.#later.pop()) {
      const pair = this.#guarded(path, () => this.#pairs.at(path));
      if (pair === null && path === "") this.#unseen.push({ path: "/", why: "a layer is not there" });
      if (pair !== null && pair !== undefined) this.#walkFrom(pair);
      if (this.#entries >= this.#stretch.budget) break;
    }
    return {
      changes: this.#changes,
      left: this.#later,
      entries: this.#entries,
      unverified: this.#unverified,
      unseen: this.#unseen,
      signature: this.#signature,
    };
  }

  #walkFrom(first: FolderPair): void {
    const stack: Open[] = [this.#visit(first)];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.below.pop();
      if (next === undefined) {
        this.#pairs.close(top.pair);
        stack.pop();
        continue;
      }
      const path = `${top.pair.path}/${next.name}`;
      const { pair } = top;
      // A folder that has no more folders is not needed to come back to.
      if (this.#entries >= this.#stretch.budget || this.#pairs.open > MOST_OPEN) {
        this.#later.push(path);
        continue;
      }
      const entered = this.#guarded(path, () => this.#pairs.enter(pair, next.name, next.look));
      if (entered !== null && entered !== undefined) stack.push(this.#visit(entered));
    }
  }

  #visit(pair: FolderPair): Open {
    const below: Open["below"] = [];
    const entries = this.#guarded(pair.path, () => pair.upper.entries()) ?? [];
    for (const { name, isFile } of entries) {
      this.#entries++;
      const look = this.#guarded(`${pair.path}/${name}`, () => this.#look(pair, name, isFile));
      if (look !== null && look !== undefined) below.push({ name, look });
    }
    if (pair.hidesRest && pair.parts.length > 0)
      this.#guarded(pair.path, () => this.#noteHidden(pair, new Set(entries.map(({ name }) => name))));
    return { pair, below };
  }

  /** A file is opened and then asked what it is, which is a call less than to ask first; it will be read in any case. */
  #look(pair: FolderPair, name: string, isFile: boolean): ImageLook | null {
    const file = isFile && !this.#stretch.settings.isQuick ? pair.upper.file(name) : null;
    try {
      const stat = file === null ? pair.upper.stat(name) : file.stat;
      return stat === null ? null : this.#compare(pair, { name, stat, file });
    } finally {
      file?.close();
    }
  }

  /** Gives what the image has there where it is a folder of this layer. */
  #compare(pair: FolderPair, { name, stat, file }: Pick<UpperNode, "name" | "stat" | "file">): ImageLook | null {
    const path = `${pair.path}/${name}`;
    this.#signature = addUp(this.#signature, signOf(stat));
    const { settings, stack } = this.#stretch;
    const attributes = this.#pairs.attributesOf(path);
    const look = this.#pairs.view.look(pair.parts, name, path);
    if (isWhiteout(stat, attributes, stack.marks)) {
      if (look.node !== null) this.#changes.push(deletion(path, look.node, settings));
      return null;
    }
    const { change, isUnverified } = compareNode({ path, name, parent: pair.upper, stat, attributes, file }, look.node, settings);
    if (change !== null) this.#changes.push(change);
    if (isUnverified) this.#unverified++;
    return stat.type === "directory" ? look : null;
  }

  #noteHidden(pair: FolderPair, present: ReadonlySet<string>): void {
    for (const name of this.#pairs.view.namesIn(pair.parts, pair.path)) {
      if (present.has(name)) continue;
      const path = `${pair.path}/${name}`;
      const { node } = this.#pairs.view.look(pair.parts, name, path);
      if (node !== null) this.#changes.push(deletion(path, node, this.#stretch.settings));
    }
  }

  #guarded<T>(path: string, act: () => T): T | undefined {
    try {
      return act();
    } catch (error) {
      this.#unseen.push({ path: path === "" ? "/" : path, why: errorCode(error) || messageOf(error) });
      return undefined;
    }
  }
}

const PRIME = 2_147_483_647;

/** Who writes in a container does not choose the times of change that the kernel notes. */
function signOf({ inode, changedAt, size, mode }: NodeStat): number {
  return ((inode % PRIME) * 31 + Math.round(changedAt * 1000) + size * 7 + mode) % PRIME;
}

/** The order of what is added up does not matter. */
export function addUp(sum: number, part: number): number {
  return (sum + part) % PRIME;
}
