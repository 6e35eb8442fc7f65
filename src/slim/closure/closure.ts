import { type ImageFile, type ImageFiles, parentOf } from "../inspect/image-files.ts";
import { resolvePath } from "./resolve.ts";

/** How much of the surroundings of what was used stays; each level holds all of those before it. */
export type KeepLevel = "trace" | "module" | "package" | "app";

export const KEEP_LEVELS: readonly KeepLevel[] = ["trace", "module", "package", "app"];

/** Why a path is kept: the rule and what it followed from (a path, a traced act). */
export interface Reason {
  readonly rule: string;
  readonly because: string;
  readonly level: KeepLevel;
}

/** Called once for every path that is newly kept. A rule keeps more through the closure; it never looks at the order. */
export interface Rule {
  readonly name: string;
  readonly level: KeepLevel;
  /** The path (a real one), its entry, and the closure to ask and to add to. */
  follow(path: string, file: ImageFile, closure: Closure): void;
}

const PATHS_PER_TURN = 32;

/** A growing set of the image's paths with the reason of each. */
export class Closure {
  readonly image: ImageFiles;
  readonly #kept = new Map<string, Reason>();
  readonly #queue: string[] = [];
  readonly #isExcluded: (path: string) => boolean;

  constructor(image: ImageFiles, isExcluded: (path: string) => boolean = () => false) {
    this.image = image;
    this.#isExcluded = isExcluded;
    this.#add("/", { rule: "root", because: "every image has one", level: "trace" });
  }

  /** Keeps a path with the links it goes through and their folders; of a path that is not there, the nearest folder. Returns the real path. */
  keep(path: string, reason: Reason): string | null {
    const found = resolvePath(this.image, path);
    if (found.real === null) this.#withParents(found.nearest, { ...reason, rule: `${reason.rule}:parent` });
    else this.#withParents(found.real, reason);
    for (const link of found.links) this.#withParents(link, { ...reason, rule: `${reason.rule}:link` });
    return found.real;
  }

  /** Keeps a folder and all below it. */
  keepTree(path: string, reason: Reason): void {
    const real = this.keep(path, reason);
    if (real === null) return;
    for (const child of this.image.children.get(real) ?? []) this.keepTree(child, reason);
  }

  /** The bytes of all that is kept. */
  bytes(): number {
    let sum = 0;
    for (const path of this.#kept.keys()) sum += this.image.paths.get(path)?.member.size ?? 0;
    return sum;
  }

  has(path: string): boolean {
    return this.#kept.has(path);
  }

  reasons(): ReadonlyMap<string, Reason> {
    return this.#kept;
  }

  /** Applies the rules to everything kept, until nothing new comes. */
  run(rules: readonly Rule[]): void {
    for (const turn of this.turns(rules)) void turn;
  }

  /** Does what `run` does, in turns of a few milliseconds. */
  *turns(rules: readonly Rule[]): Generator<null, void, void> {
    let count = 0;
    for (let path = this.#queue.pop(); path !== undefined; path = this.#queue.pop()) {
      const file = this.image.paths.get(path);
      if (file !== undefined) for (const rule of rules) rule.follow(path, file, this);
      if (++count % PATHS_PER_TURN === 0) yield null;
    }
  }

  /** Puts all that is kept before the rules again (after a level was added). */
  requeue(): void {
    this.#queue.push(...this.#kept.keys());
  }

  #withParents(path: string, reason: Reason): void {
    if (this.#kept.has(path)) return;
    if (path !== "/") this.#withParents(parentOf(path), { ...reason, rule: `${reason.rule}:folder` });
    this.#add(path, reason);
  }

  #add(path: string, reason: Reason): void {
    const file = this.image.paths.get(path);
    if (file === undefined || this.#kept.has(path)) return;
    if (this.#isExcluded(path)) return;
    this.#kept.set(path, reason);
    this.#queue.push(path);
    if (file.hardLink !== null) this.#withParents(file.hardLink, { ...reason, rule: "hard-link" });
    if (file.member.type === "symlink") this.keep(path, { ...reason, rule: "link-target", because: path });
  }
}
