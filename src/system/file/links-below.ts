import { readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { isMissing } from "./files.ts";

/** A symbolic link: its path below the folder that was looked through, and what it holds. */
export interface FoundLink {
  readonly path: string;
  readonly target: string;
}

/** Every symbolic link below a folder, which need not be there; none is followed. */
export async function linksBelow(folder: string): Promise<readonly FoundLink[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true, recursive: true });
    const links = entries.filter((entry) => entry.isSymbolicLink()).map((entry) => join(entry.parentPath, entry.name));
    return await Promise.all(links.map(async (path) => ({ path: path.slice(folder.length + 1), target: await readlink(path) })));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
