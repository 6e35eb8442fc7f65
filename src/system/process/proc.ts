import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync, statSync } from "node:fs";
import { decodePath } from "../../format/tree/path-bytes.ts";
import { isMissing } from "../file/files.ts";

/** Bytes of a small file of /proc or /sys; null when it cannot be read (a process that ended, not allowed). */
export function readBytesSync(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}

/** Text of a small file of /proc or /sys, null when there is no such file; throws what else is in the way. */
export function readTextSyncIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Target of a link of /proc; null when it cannot be read. */
export function linkTarget(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

/** The names in a folder of /proc or /sys; none when it cannot be read. */
export function listFolder(path: string): readonly { readonly name: string; readonly isFolder: boolean }[] {
  try {
    return readdirSync(path, { withFileTypes: true }).map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
  } catch {
    return [];
  }
}

/** A few bytes of a process's memory; null when they cannot be read (a process that ended, not allowed, no such address). */
export function readMemory(pid: number, address: number, length: number): Buffer | null {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(`/proc/${pid}/mem`, "r");
    const bytes = Buffer.alloc(length);
    return readSync(descriptor, bytes, 0, length, address) === length ? bytes : null;
  } catch {
    return null;
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

/** Target of a link of /proc that is a path of a container, as text of `decodePath`; null when it cannot be read. */
export function pathTarget(path: string): string | null {
  try {
    return decodePath(readlinkSync(path, { encoding: "buffer" }));
  } catch {
    return null;
  }
}

/** How many names the file behind a link of /proc (exe) has; null when it cannot be read. */
export function linksBehind(path: string): number | null {
  try {
    return statSync(path).nlink;
  } catch {
    return null;
  }
}
