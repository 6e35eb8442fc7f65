import { createReadStream } from "node:fs";
import { lstat, stat } from "node:fs/promises";
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

/** True for a file itself; false for a link to one, and for nothing. */
export async function isPlainFile(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isFile();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Hands on each chunk of a stream as it came, until its end. Throws what broke the stream, or what `take` throws. */
export function takeChunks(stream: Readable, take: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.once("end", resolve);
    stream.once("error", reject);
    stream.once("close", () => reject(new Error("the stream was closed before its end")));
    // To iterate over it would copy every chunk.
    stream.on("data", (chunk: Buffer) => {
      try {
        take(chunk);
      } catch (error) {
        reject(error);
        stream.destroy();
      }
    });
  });
}

/** The bytes of a file as they are read; an abort ends it with the error of the signal. */
export function readStream(path: string, signal?: AbortSignal): Readable {
  return createReadStream(path, { highWaterMark: 1024 * 1024, signal: signal ?? null });
}
