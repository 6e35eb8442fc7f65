import type { DirectoryHandle, NodeStat } from "../../system/file/no-follow.ts";
import { isEngineMade, parentsOf } from "../engine-made.ts";
import { startTurn } from "./turn.ts";

/** One name in the upper directory. */
export interface UpperNode {
  readonly stat: NodeStat;
  /** It hides what the image has there. */
  readonly isWhiteout: boolean;
}

export interface UpperScan {
  /** Absolute path (as the container has it) to node. */
  readonly nodes: ReadonlyMap<string, UpperNode>;
  /** Paths that are new or were written to since the last scan, in the order of the walk. */
  readonly touched: readonly string[];
  /** Those of them that were only so young at the last scan that a second write could have gone unseen. */
  readonly rechecked: ReadonlySet<string>;
  /** Paths that the last scan had and this one has not. */
  readonly vanished: readonly string[];
}

/** Two writes within one tick of the kernel's clock can carry the same time: a file that young is looked at again. */
const TICK_MS = 20;

/** Walks an upper directory and tells what is new in it since the last walk. */
export class UpperScanner {
  readonly #root: DirectoryHandle;
  readonly #mountPoints: ReadonlySet<string>;
  readonly #aboveMounts: ReadonlySet<string>;
  readonly #isInImage: (path: string) => boolean;
  #nodes: ReadonlyMap<string, UpperNode> = new Map();
  /** Paths whose last change is so young that the next scan takes them for touched. */
  #young: ReadonlySet<string> = new Set();

  constructor(root: DirectoryHandle, mountPoints: ReadonlySet<string>, isInImage: (path: string) => boolean) {
    this.#root = root;
    this.#mountPoints = mountPoints;
    this.#aboveMounts = parentsOf(mountPoints);
    this.#isInImage = isInImage;
  }

  /** Walks the whole directory; `now` is the time it begins. */
  async scan(now: number): Promise<UpperScan> {
    const walk = await this.#walkAll(now);
    const vanished = [...this.#nodes.keys()].filter((path) => !walk.nodes.has(path));
    this.#nodes = walk.nodes;
    this.#young = walk.young;
    return { nodes: walk.nodes, touched: walk.touched, rechecked: walk.rechecked, vanished };
  }

  /** Whether the next scan would tell anything but what is too young to be sure of. */
  async hasNews(now: number): Promise<boolean> {
    const walk = await this.#walkAll(now);
    return walk.nodes.size !== this.#nodes.size || walk.touched.length > walk.rechecked.size;
  }

  async #walkAll(now: number): Promise<Walk> {
    const walk = newWalk(now);
    const turn = startTurn();
    for (const _ of this.#walk(this.#root, "", walk)) if (turn.isOver()) await turn.next();
    return walk;
  }

  // Yields after each directory.
  *#walk(directory: DirectoryHandle, prefix: string, walk: Walk): Generator<void> {
    for (const name of directory.list()) {
      const path = `${prefix}/${name}`;
      if (isEngineMade(path) || this.#mountPoints.has(path)) continue;
      const stat = directory.stat(name);
      if (stat === null) continue;
      const isWhiteout = stat.type === "char" && stat.device[0] === 0 && stat.device[1] === 0;
      const before = walk.nodes.size;
      this.#note(path, { stat, isWhiteout }, walk);
      if (stat.type !== "directory") continue;
      yield* this.#descend(directory, { name, path }, walk);
      // A runtime makes the directories that lead to a mount point.
      if (walk.nodes.size === before + 1 && this.#aboveMounts.has(path) && !this.#isInImage(path)) forget(path, walk);
    }
    yield;
  }

  *#descend(parent: DirectoryHandle, child: { readonly name: string; readonly path: string }, walk: Walk): Generator<void> {
    const directory = parent.directory(child.name);
    if (directory === null) return;
    try {
      yield* this.#walk(directory, child.path, walk);
    } finally {
      directory.close();
    }
  }

  #note(path: string, node: UpperNode, walk: Walk): void {
    walk.nodes.set(path, node);
    if (!node.isWhiteout && node.stat.changedAt > walk.now - TICK_MS) walk.young.add(path);
    const known = this.#nodes.get(path);
    // All whiteouts share one inode, whose time says nothing of this one.
    const isSame = known !== undefined && ((known.isWhiteout && node.isWhiteout) || isSameStat(known.stat, node.stat));
    if (isSame && (node.isWhiteout || !this.#young.has(path))) return;
    if (isSame) walk.rechecked.add(path);
    walk.touched.push(path);
  }
}

function forget(path: string, walk: Walk): void {
  walk.nodes.delete(path);
  walk.young.delete(path);
  if (walk.touched.at(-1) === path) walk.touched.pop();
}

interface Walk {
  readonly nodes: Map<string, UpperNode>;
  readonly touched: string[];
  readonly young: Set<string>;
  readonly rechecked: Set<string>;
  readonly now: number;
}

function newWalk(now: number): Walk {
  return { nodes: new Map(), touched: [], young: new Set(), rechecked: new Set(), now };
}

function isSameStat(a: NodeStat, b: NodeStat): boolean {
  return a.inode === b.inode && a.changedAt === b.changedAt && a.modifiedAt === b.modifiedAt && a.size === b.size && a.type === b.type;
}
