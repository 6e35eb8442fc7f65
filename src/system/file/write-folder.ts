import { chmod, lstat, open, mkdir, readdir, rm, rmdir, symlink, writeFile } from "node:fs/promises";
import { constants } from "node:fs";
import { dirname, join } from "node:path";
import { CooperError, messageOf } from "../../base/errors.ts";
import { errorCode, isMissing } from "./files.ts";

export interface FolderEntry {
  /** Relative to the folder, "/" as separator, no "..". */
  readonly path: string;
  readonly content: { readonly bytes: Uint8Array | string } | { readonly link: string } | { readonly directory: true };
  readonly mode: number;
}

async function isDirectory(path: string): Promise<boolean | null> {
  try {
    return (await lstat(path)).isDirectory();
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function makeParents(folder: string, path: string): Promise<void> {
  const parts = path.split("/");
  for (let length = 1; length < parts.length; length++) {
    const parent = join(folder, ...parts.slice(0, length));
    const is = await isDirectory(parent);
    if (is === null) await mkdir(parent);
    // A link here would lead the write out of the folder.
    if (is === false)
      throw new CooperError("folder-blocked", `${parent} is in the way: a folder is needed there`, {
        hint: "Move it away, or choose another folder.",
      });
  }
}

async function writeEntry(folder: string, entry: FolderEntry): Promise<void> {
  const path = join(folder, entry.path);
  await makeParents(folder, entry.path);
  if ("directory" in entry.content) {
    if ((await isDirectory(path)) !== true) await mkdir(path);
    await chmod(path, entry.mode);
    return;
  }
  await rm(path, { force: true });
  if ("link" in entry.content) {
    await symlink(entry.content.link, path);
  } else {
    await writeFile(path, entry.content.bytes, { flag: "wx", mode: 0o600 });
    await chmod(path, entry.mode);
  }
}

/** What the person can mend: something else has the name, it is not allowed, the disk is full or read-only. */
const BLOCKED = new Set(["EEXIST", "ENOTDIR", "EISDIR", "EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT"]);

/** Writes files, links and folders below `folder` (made where it is missing), never through a link that is in the way; throws `folder-blocked`. */
export async function writeFolder(folder: string, entries: readonly FolderEntry[]): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    for (const entry of entries) await writeEntry(folder, entry);
  } catch (cause) {
    if (!BLOCKED.has(errorCode(cause))) throw cause;
    const hint = "Make room, move what is in the way, or choose another folder.";
    throw new CooperError("folder-blocked", `${folder} cannot be written: ${messageOf(cause)}`, { hint, cause });
  }
}

/** Removes files and links below `folder`, then the folders that are empty without them. */
export async function removeFromFolder(folder: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await rm(join(folder, path), { force: true });
    await removeEmptyParents(folder, dirname(path));
  }
}

async function removeEmptyParents(folder: string, path: string): Promise<void> {
  for (let parent = path; parent !== "." && parent !== "/"; parent = dirname(parent)) {
    try {
      await rmdir(join(folder, parent));
    } catch {
      return;
    }
  }
}

/** The names in a folder, sorted; null where there is none. */
export async function listFolder(folder: string): Promise<readonly string[] | null> {
  try {
    return (await readdir(folder)).toSorted();
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Bytes of a file in a folder, null where there is none; a link is never followed. */
export async function readBytesInFolder(folder: string, path: string): Promise<Buffer | null> {
  try {
    const file = await open(join(folder, path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      return (await file.stat()).isFile() ? await file.readFile() : null;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isMissing(error) || errorCode(error) === "ELOOP") return null;
    throw error;
  }
}
