import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { isMissing } from "./files.ts";

/** What a path leads to; null for nothing. */
export async function kindOfPath(path: string): Promise<"file" | "folder" | "other" | null> {
  try {
    const found = await stat(path);
    if (found.isFile()) return "file";
    return found.isDirectory() ? "folder" : "other";
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** The bytes of a file as they are read. */
export function readStream(path: string): Readable {
  return createReadStream(path, { highWaterMark: 1024 * 1024 });
}
