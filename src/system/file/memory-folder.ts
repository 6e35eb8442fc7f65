import { statfsSync } from "node:fs";
import { type DirectoryHandle, openRoot } from "./no-follow.ts";
import { giveDirectory, makeDirectory } from "./write-no-follow.ts";

/** The numbers of tmpfs and ramfs in statfs(2). */
const MEMORY: ReadonlySet<number> = new Set([0x01_02_19_94, 0x85_84_58_f6]);

/** A folder whose contents are never on a disk. */
export interface MemoryFolder {
  readonly path: string;
  readonly handle: DirectoryHandle;
}

/** The places for files in memory that programs of this user have, the preferred first. */
export function memoryPlaces(uid = process.geteuid?.() ?? 0): readonly string[] {
  return uid === 0 ? ["/run", "/dev/shm"] : [`/run/user/${uid}`, "/dev/shm"];
}

/** Opens (and makes) a folder of ours alone in the first place that is in memory; others may pass through it, not list it. Null where there is none. */
export function openMemoryFolder(name: string, places: readonly string[]): MemoryFolder | null {
  for (const place of places) {
    const parent = isInMemory(place) ? openRoot(place) : null;
    if (parent === null) continue;
    try {
      makeDirectory(parent, name);
      const handle = parent.directory(name);
      const stat = handle?.ownStat();
      // A folder that another user put there would be theirs to change.
      if (handle !== null && stat?.uid === process.geteuid?.()) {
        giveDirectory(handle, { uid: null, gid: null, mode: 0o711 });
        return { path: `${place}/${name}`, handle };
      }
      handle?.close();
    } finally {
      parent.close();
    }
  }
  return null;
}

function isInMemory(path: string): boolean {
  try {
    return MEMORY.has(statfsSync(path).type);
  } catch {
    return false;
  }
}
