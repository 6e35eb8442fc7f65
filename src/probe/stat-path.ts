import { isCooperError } from "../base/errors.ts";
import { getArchive } from "../engine/container/container.ts";
import type { Engine } from "../engine/open-engine.ts";
import type { TarMember } from "../format/tar/member.ts";
import { readTar } from "../format/tar/read-tar.ts";

/** What a path in a container is (also a stopped one's); null where there is nothing. */
export async function statPath(engine: Engine, id: string, path: string): Promise<TarMember | null> {
  try {
    const archive = await getArchive(engine, id, path);
    try {
      for await (const { member } of readTar(archive)) return member;
      return null;
    } finally {
      archive.destroy();
    }
  } catch (error) {
    if (isCooperError(error) && error.code === "path-unknown") return null;
    throw error;
  }
}
