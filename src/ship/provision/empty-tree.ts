import { errorCode } from "../../system/file/files.ts";
import type { DirectoryHandle } from "../../system/file/no-follow.ts";
import { moveInto, mountOf } from "../../system/file/write-no-follow.ts";
import { TreeProblem } from "./tree-problem.ts";

/** A folder that far down is first moved up into the one that is emptied: however deep a tree is, few descriptors are held. */
const MOST_LEVELS = 200;
/** How often a folder that gets new entries meanwhile is listed again. */
const MOST_ROUNDS = 50;

interface Level {
  readonly folder: DirectoryHandle;
  readonly name: string;
  readonly names: string[];
  rounds: number;
}

/** Removes all that is in a folder, by names of open folders alone: a link is removed, never followed, and another mount is never entered. */
export function emptyTree(root: DirectoryHandle): void {
  const levels: Level[] = [{ folder: root, name: "", names: root.list(), rounds: 0 }];
  try {
    const emptying = new Emptying(levels, mountOf(root));
    while (emptying.step());
  } finally {
    for (const { folder } of levels.slice(1)) folder.close();
  }
}

class Emptying {
  readonly #levels: Level[];
  readonly #mount: string;
  #moved = 0;

  constructor(levels: Level[], mount: string) {
    this.#levels = levels;
    this.#mount = mount;
  }

  /** False when all is done. */
  step(): boolean {
    const level = this.#levels.at(-1);
    if (level === undefined) return false;
    const name = level.names.pop();
    if (name === undefined) return this.#leave(level);
    if (level.folder.stat(name)?.type !== "directory") removeLeaf(level, name);
    else if (this.#levels.length > MOST_LEVELS) this.#moveUp(level, name);
    else this.#enter(level, name);
    return true;
  }

  #enter({ folder }: Level, name: string): void {
    const next = folder.directory(name);
    if (next === null) return;
    this.#levels.push({ folder: next, name, names: [], rounds: 0 });
    if (mountOf(next) !== this.#mount) throw new TreeProblem("mount", `has something mounted in it (${name})`);
    this.#levels.at(-1)?.names.push(...next.list());
  }

  #moveUp({ folder }: Level, name: string): void {
    const [top] = this.#levels;
    const placed = `.cooper-${process.pid}-${this.#moved++}`;
    if (top !== undefined && moveInto({ folder, name }, { folder: top.folder, name: placed })) top.names.push(placed);
  }

  #leave(level: Level): boolean {
    const parent = this.#levels.at(-2);
    if (parent === undefined ? level.folder.list().length === 0 : removeEmpty(parent, level.name)) {
      this.#levels.pop();
      if (parent !== undefined) level.folder.close();
      return parent !== undefined;
    }
    if (level.rounds++ >= MOST_ROUNDS) throw new TreeProblem("busy", "gets new entries while it is emptied");
    level.names.push(...level.folder.list());
    return true;
  }
}

/** A name that became a folder meanwhile is looked at again. */
function removeLeaf(level: Level, name: string): void {
  try {
    level.folder.remove(name);
  } catch (error) {
    if (!["EISDIR", "ENOTEMPTY", "EEXIST", "ENOENT", "ENOTDIR"].includes(errorCode(error))) throw error;
  }
}

/** True when the name is gone, or is no longer what was emptied. */
function removeEmpty(parent: Level, name: string): boolean {
  try {
    parent.folder.remove(name);
    return true;
  } catch (error) {
    if (["ENOTEMPTY", "EEXIST"].includes(errorCode(error))) return false;
    if (["ENOENT", "ENOTDIR", "EISDIR"].includes(errorCode(error))) return true;
    throw error;
  }
}
