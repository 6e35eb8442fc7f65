import { isCooperError } from "../base/errors.ts";
import { getArchive } from "../engine/container/container.ts";
import type { Engine } from "../engine/open-engine.ts";
import { readTar } from "../format/tar/read-tar.ts";

/** Where a file is. */
export interface FilePlace {
  readonly containerId: string;
  readonly path: string;
}

/** The bytes of a regular file in a container (running or not); null when there is none or it is larger than `limit`. */
export async function readContainerFile(engine: Engine, place: FilePlace, limit: number): Promise<Buffer | null> {
  try {
    const archive = await getArchive(engine, place.containerId, place.path);
    try {
      let bytes: Buffer | null = null;
      for await (const { member, body } of readTar(archive)) {
        if (member.type !== "file" || member.size > limit) return null;
        // To the archive's end, so that the connection can be kept.
        bytes ??= await collect(body);
      }
      return bytes;
    } finally {
      archive.destroy();
    }
  } catch (error) {
    if (isCooperError(error) && error.code === "path-unknown") return null;
    throw error;
  }
}

/** All bytes of a body in one piece. */
export async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of body) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}
