import { posix } from "node:path";
import { CooperError } from "../../base/errors.ts";
import { type DirectoryHandle, openRoot } from "../../system/file/no-follow.ts";
import { giveDirectory, makeDirectory, type Ownership } from "../../system/file/write-no-follow.ts";

/** A folder below one that is trusted. Only the way to the trusted one may pass links; below it others may write. */
export interface PlacedFolder {
  readonly root: string;
  /** Components below the root; none is the root itself. */
  readonly parts: readonly string[];
}

/** Splits a path at the trusted folder that holds it. */
export function placeBelow(root: string, path: string): PlacedFolder {
  return { root, parts: posix.relative(root, path).split("/").filter(Boolean) };
}

/** A placed folder as a path. */
export function pathOf({ root, parts }: PlacedFolder): string {
  return posix.join(root, ...parts);
}

/** Opens a folder component by component; null where one is missing; throws `path-unsafe` where one is no folder. */
export function openPlaced(place: PlacedFolder): DirectoryHandle | null {
  return walkDown(place, () => false);
}

/** Opens a folder, and makes those on the way that are missing; only what is made here is given an owner and a mode. */
export function makePlaced(place: PlacedFolder, given: { readonly own: Ownership; readonly parents: Ownership }): DirectoryHandle {
  const last = place.parts.length - 1;
  const opened = walkDown(place, (parent, name, index) => {
    if (!makeDirectory(parent, name)) return false;
    const made = parent.directory(name);
    if (made === null) return false;
    const ownership = index === last ? given.own : given.parents;
    try {
      giveDirectory(made, { ...ownership, mode: ownership.mode ?? 0o755 });
    } finally {
      made.close();
    }
    return true;
  });
  if (opened === null) throw unsafe(pathOf(place), "vanished while it was made");
  return opened;
}

function walkDown(place: PlacedFolder, make: (parent: DirectoryHandle, name: string, index: number) => boolean): DirectoryHandle | null {
  let folder = openRoot(place.root);
  for (const [index, name] of place.parts.entries()) {
    if (folder === null) return null;
    const parent = folder;
    try {
      folder = parent.directory(name) ?? (parent.stat(name) === null && make(parent, name, index) ? parent.directory(name) : null);
      if (folder === null && parent.stat(name) !== null)
        throw unsafe(pathOf({ root: place.root, parts: place.parts.slice(0, index + 1) }), "is not a folder");
    } finally {
      parent.close();
    }
  }
  return folder;
}

/** The error of a path that leads, or could lead, elsewhere. */
export function unsafe(path: string, why: string): CooperError {
  return new CooperError("path-unsafe", `${path} ${why}; nothing is written through it.`, {
    hint: "Somebody who may write there can lead such a path elsewhere. Look at it, and move it away.",
    where: { file: path },
  });
}
