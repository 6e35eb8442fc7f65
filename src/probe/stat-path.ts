import { posix } from "node:path";
import { isCooperError } from "../base/errors.ts";
import { getArchive } from "../engine/container/container.ts";
import type { Engine } from "../engine/open-engine.ts";
import type { TarMember } from "../format/tar/member.ts";
import { readTar } from "../format/tar/read-tar.ts";
import { isUtf8Path } from "../format/tree/path-bytes.ts";

/** What a path in a container is (also a stopped one's); null where there is nothing. */
export async function statPath(engine: Engine, id: string, path: string): Promise<TarMember | null> {
  // The engine's archive of a name that is not UTF-8 is empty; that of a folder above it has it.
  const top = namedFolder(path);
  if (top === path) return await firstOf(engine, { id, path, isWanted: () => true });
  const rest = posix.relative(top, path);
  const wanted = [rest, `${posix.basename(top)}/${rest}`];
  // A link to a folder is its folder with the dot alone.
  return await firstOf(engine, { id, path: `${top}/.`, isWanted: (member) => wanted.includes(member.path.replace(/^(?:\.?\/)+/u, "")) });
}

/** The path, or the nearest folder above it, whose own name is UTF-8. */
function namedFolder(path: string): string {
  return isUtf8Path(posix.basename(path)) ? path : namedFolder(posix.dirname(path));
}

interface Wanted {
  readonly id: string;
  readonly path: string;
  readonly isWanted: (member: TarMember) => boolean;
}

async function firstOf(engine: Engine, { id, path, isWanted }: Wanted): Promise<TarMember | null> {
  try {
    const archive = await getArchive(engine, id, path);
    try {
      for await (const { member } of readTar(archive)) if (isWanted(member)) return member;
      return null;
    } finally {
      archive.destroy();
    }
  } catch (error) {
    if (isCooperError(error) && error.code === "path-unknown") return null;
    throw error;
  }
}
