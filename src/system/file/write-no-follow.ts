import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  futimesSync,
  lchownSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeSync,
} from "node:fs";
import { encodePath } from "../../format/tree/path-bytes.ts";
import { errorCode } from "./files.ts";
import { type DirectoryHandle, pathIn } from "./no-follow.ts";

/** Who owns a node and what its bits are; null leaves what is there. */
export interface Ownership {
  readonly uid: number | null;
  readonly gid: number | null;
  readonly mode: number | null;
}

/** A new regular file, of ours alone (0600) until it is given away. */
export interface NewFile {
  readonly inode: number;
  write(bytes: Uint8Array): void;
  /** Sets owner and mode, and the time of its last change in milliseconds since 1970 where one is given. */
  give(ownership: Ownership, modifiedAt?: number): void;
  close(): void;
}

/** Makes a directory of ours alone (0700) in an open one; false when the name is taken. */
export function makeDirectory(parent: DirectoryHandle, name: string): boolean {
  return unlessTaken(() => mkdirSync(pathIn(parent, name), 0o700));
}

/** Makes a symbolic link in an open directory; false when the name is taken. Its target is never looked at. */
export function makeLink(parent: DirectoryHandle, name: string, link: { readonly target: string } & Omit<Ownership, "mode">): boolean {
  if (!unlessTaken(() => symlinkSync(encodePath(link.target), pathIn(parent, name)))) return false;
  if (link.uid !== null && link.gid !== null) lchownSync(pathIn(parent, name), link.uid, link.gid);
  return true;
}

/** Makes a file in an open directory; null when the name is taken, by a link too. */
export function makeFile(parent: DirectoryHandle, name: string): NewFile | null {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  let descriptor = -1;
  const isNew = unlessTaken(() => {
    descriptor = openSync(pathIn(parent, name), flags, 0o600);
  });
  return isNew ? new OwnFile(descriptor) : null;
}

/** A name in an open directory. */
export interface Named {
  readonly folder: DirectoryHandle;
  readonly name: string;
}

/** Renames a node, of whatever type; false when it is not there any more. What has the new name already is replaced, as rename(2) does. */
export function moveInto(from: Named, to: Named): boolean {
  try {
    renameSync(pathIn(from.folder, from.name), pathIn(to.folder, to.name));
    return true;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}

/** Sets owner and mode of an open directory, and the time of its last change where one is given. */
export function giveDirectory({ descriptor }: DirectoryHandle, ownership: Ownership, modifiedAt?: number): void {
  give(descriptor, ownership, modifiedAt);
}

/** True when a path, which may pass links, leads to a regular file. */
export function leadsToFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Number of the mount that an open directory is in: another one where something is mounted over it. */
export function mountOf({ descriptor }: DirectoryHandle): string {
  return /^mnt_id:\s*(\d+)$/mu.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8"))?.[1] ?? "";
}

class OwnFile implements NewFile {
  readonly inode: number;
  readonly #descriptor: number;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
    this.inode = fstatSync(descriptor).ino;
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at += writeSync(this.#descriptor, bytes, at);
  }

  give(ownership: Ownership, modifiedAt?: number): void {
    give(this.#descriptor, ownership, modifiedAt);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

function give(descriptor: number, { uid, gid, mode }: Ownership, modifiedAt?: number): void {
  const now = fstatSync(descriptor);
  const [owner, group] = [uid ?? now.uid, gid ?? now.gid];
  if (owner !== now.uid || group !== now.gid) fchownSync(descriptor, owner, group);
  // A change of owner takes set-user-id bits away: the mode comes after it.
  if (mode !== null) fchmodSync(descriptor, mode);
  if (modifiedAt !== undefined) futimesSync(descriptor, modifiedAt / 1000, modifiedAt / 1000);
}

function unlessTaken(act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST" || errorCode(error) === "ELOOP") return false;
    throw error;
  }
}
