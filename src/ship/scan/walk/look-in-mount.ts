import { messageOf } from "../../../base/errors.ts";
import { errorCode } from "../../../system/file/files.ts";
import { type DirectoryHandle, inParent, type NodeStat, openRoot } from "../../../system/file/no-follow.ts";
import type { LayerChange, Unseen } from "./change.ts";
import { type CompareSettings, compareNode } from "./compare-node.ts";

export interface MountLook {
  readonly found: readonly LayerChange[];
  readonly unseen: readonly Unseen[];
  readonly entries: number;
}

/** A mount inside a container, seen through the container's own root. */
export interface MountPlace {
  /** "/proc/PID/root". */
  readonly root: string;
  readonly path: string;
  /** Only what gives rights counts there: a volume's own programs are its owner's business. */
  readonly isVolume: boolean;
}

const MOST_ENTRIES = 200_000;

/** Looks through a mount for programs, devices and set-user-id files; plain files in it are what it is for. */
export function lookInMount(place: MountPlace, settings: CompareSettings): MountLook {
  const look = new Look(place, settings);
  look.start();
  return look;
}

class Look implements MountLook {
  readonly found: LayerChange[] = [];
  readonly unseen: Unseen[] = [];
  entries = 0;
  readonly #place: MountPlace;
  readonly #settings: CompareSettings;
  #volume = 0;

  constructor(place: MountPlace, settings: CompareSettings) {
    this.#place = place;
    this.#settings = settings;
  }

  start(): void {
    const { path } = this.#place;
    this.#guarded(path, () => {
      const root = openRoot(this.#place.root);
      if (root === null) return this.#miss(path, "the container ended");
      try {
        inParent(root, path, (parent, name) => this.#begin(parent, name));
      } finally {
        root.close();
      }
    });
  }

  #begin(parent: DirectoryHandle, name: string): void {
    const folder = parent.directory(name);
    if (folder === null) return;
    try {
      this.#volume = folder.ownStat().volume;
      this.#walk(folder, this.#place.path);
    } finally {
      folder.close();
    }
  }

  #walk(folder: DirectoryHandle, path: string): void {
    for (const name of folder.list()) {
      if (++this.entries > MOST_ENTRIES) return this.#miss(path, `more than ${MOST_ENTRIES} entries`);
      const below = `${path}/${name}`;
      this.#guarded(below, () => this.#entry(folder, name, below));
    }
  }

  #entry(parent: DirectoryHandle, name: string, path: string): void {
    const stat = parent.stat(name);
    if (stat === null || stat.volume !== this.#volume) return;
    if (stat.type === "directory") {
      const folder = parent.directory(name);
      if (folder === null) return;
      try {
        this.#walk(folder, path);
      } finally {
        folder.close();
      }
    } else if (this.#isWorthIt(stat)) {
      const { change } = compareNode({ path, name, parent, stat, attributes: {}, known: null }, null, this.#settings);
      if (change !== null && this.#counts(change)) this.found.push(change);
    }
  }

  /** The devices of /dev are the engine's; a file that nobody may run is data. */
  #isWorthIt({ type, mode }: NodeStat): boolean {
    if (type === "file") return (mode & 0o6111) !== 0;
    return (type === "char" || type === "block") && this.#place.path !== "/dev";
  }

  #counts({ after, content }: LayerChange): boolean {
    if (after === null || after.type !== "file" || (after.mode & 0o6000) !== 0) return true;
    return !this.#place.isVolume && content !== "data";
  }

  #miss(path: string, why: string): void {
    this.unseen.push({ path, why });
  }

  #guarded(path: string, act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#miss(path, errorCode(error) || messageOf(error));
    }
  }
}
