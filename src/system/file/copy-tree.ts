import { copyFile, link, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "./files.ts";

export interface CopyOptions {
  /** Names directly below the folder that are left out. */
  readonly without?: readonly string[];
  /** Files are never changed once they are there: both folders may have the same ones. */
  readonly share?: boolean;
}

/** Copies the files of a folder and of all below it into a folder (0700) that may be there; what is there already stays. */
export async function copyTree(from: string, to: string, { without = [], share = false }: CopyOptions = {}): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (without.includes(entry.name)) continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyTree(source, target, { share });
    else if (entry.isFile()) await (share ? shareFile(source, target) : copyFile(source, target));
  }
}

async function shareFile(source: string, target: string): Promise<void> {
  try {
    await link(source, target);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") await copyFile(source, target);
  }
}
