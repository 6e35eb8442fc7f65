import { posix } from "node:path";
import { isCooperError } from "../../../base/errors.ts";
import { getArchive } from "../../../engine/container/container.ts";
import type { Engine } from "../../../engine/open-engine.ts";
import { readTar } from "../../../format/tar/read-tar.ts";

const LINKS = 16;
const BYTES = 16 * 1024 ** 2;

/** The text of a file in a container, through the engine: the image needs no program for it. Links are followed inside; null where there is no file. */
export async function readContainerFile(engine: Engine, id: string, path: string): Promise<string | null> {
  let place = path;
  for (let link = 0; link < LINKS; link += 1) {
    const found = await readMember(engine, id, place);
    if (found === null || "text" in found) return found?.text ?? null;
    place = posix.resolve(posix.dirname(place), found.target);
  }
  return null;
}

async function readMember(
  engine: Engine,
  id: string,
  path: string,
): Promise<{ readonly text: string } | { readonly target: string } | null> {
  const archive = await getArchive(engine, id, path).catch((error: unknown) => {
    if (isCooperError(error) && error.code === "path-unknown") return null;
    throw error;
  });
  if (archive === null) return null;
  try {
    for await (const { member, body } of readTar(archive)) {
      if (member.type === "symlink") return { target: member.link };
      return member.type === "file" ? { text: await readText(body) } : null;
    }
    return null;
  } finally {
    archive.destroy();
  }
}

async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of body) {
    pieces.push(piece);
    size += piece.length;
    if (size >= BYTES) break;
  }
  return Buffer.concat(pieces).toString("utf8");
}
