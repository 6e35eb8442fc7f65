import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Bytes of a small file of /proc or /sys; null when it cannot be read (a process that ended, not allowed). */
export function readBytesSync(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
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
