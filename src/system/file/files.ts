import { randomBytes } from "node:crypto";
import { statfsSync, statSync } from "node:fs";
import { open, mkdtemp, readFile, readdir, realpath, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CooperError } from "../../base/errors.ts";

/** Content of a UTF-8 file, null when there is no such file. */
export async function readTextIfThere(path: string): Promise<string | null> {
  const bytes = await readBytesIfThere(path);
  return bytes === null ? null : bytes.toString("utf8");
}

/** Bytes of a file, null when there is no such file. */
export async function readBytesIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** At most the first `bytes` bytes of a UTF-8 file; "" when there is no such file. */
export async function readStartOfText(path: string, bytes: number): Promise<string> {
  try {
    const file = await open(path, "r");
    try {
      const buffer = Buffer.alloc(Math.min(bytes, (await file.stat()).size));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
      return buffer.toString("utf8", 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isMissing(error)) return "";
    throw error;
  }
}

/** Writes a file so that a reader (also after a crash) sees either the old or the whole new content. */
export async function writeFileAtomically(path: string, data: string | Uint8Array, mode = 0o644): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString("hex")}.part`;
  try {
    await writeNew(draft, data, mode);
    await rename(draft, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Writes a small file (0600) without waiting for the disk: it helps after a crash of a process, not of the machine. */
export async function writeNote(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600 });
}

async function writeNew(path: string, data: string | Uint8Array, mode: number): Promise<void> {
  const file = await open(path, "wx", mode);
  try {
    await file.chmod(mode);
    await file.writeFile(data);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** Makes the names in a folder (a new file, a rename) survive a crash of the machine. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export interface TempFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** A new folder of ours alone (0700) under the system's temporary folder. */
export async function makeTempFolder(prefix: string): Promise<TempFolder> {
  const path = await mkdtemp(join(tmpdir(), prefix)).catch((cause: unknown) => {
    throw new CooperError("spool-not-made", `Nothing can be put aside in ${tmpdir()} (${errorCode(cause)}).`, {
      hint: "Name a folder that is there and that you may write to: TMPDIR=/folder cooper …",
      where: { file: tmpdir() },
      cause,
    });
  });
  return { path, remove: () => removeTree(path) };
}

/** Removes a file or a folder with all in it; nothing there is fine. */
export async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 });
}

/** Removes a folder that holds nothing; one that holds something stays. */
export async function removeIfEmpty(path: string): Promise<void> {
  await rmdir(path).catch(() => undefined);
}

/** Names in a folder, sorted; none where there is no folder. */
export async function listFolder(path: string): Promise<readonly string[]> {
  try {
    return (await readdir(path)).toSorted();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** True when the path leads to something. */
export async function pathExists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** True for the error of a path that is not there. */
export function isMissing(error: unknown): boolean {
  return errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR";
}

/** The system's word for an error ("ENOSPC"), "" where it has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** The path without links on the way; null when it leads to nothing. */
export async function realPath(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Who owns what a path leads to; null when it leads to nothing. */
export function ownerOfPath(path: string): { readonly uid: number; readonly gid: number } | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? null : { uid: stats.uid, gid: stats.gid };
}

/** What a path leads to: a file that may be run, another file, something else, or nothing. */
export async function fileKind(path: string): Promise<"program" | "file" | "other" | null> {
  try {
    const found = await stat(path);
    if (!found.isFile()) return "other";
    return (found.mode & 0o111) === 0 ? "file" : "program";
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Bytes that are free where a path is, or would be; null when the system does not say. */
export function freeBytes(path: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
