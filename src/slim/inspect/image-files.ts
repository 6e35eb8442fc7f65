import type { Readable } from "node:stream";
import { tarMember, type TarMember } from "../../format/tar/member.ts";
import { TarScanner } from "../../format/tar/scan-tar.ts";
import { takeChunks } from "../../system/file/read-stream.ts";
import type { Spool } from "../../system/store/spool.ts";

/** One path of the original image. A hard link stands as its own path with the `target` that holds the bytes. */
export interface ImageFile {
  readonly member: TarMember;
  /** Where the bytes are in the spool. */
  readonly offset: number;
  /** For a hard link: the path of the name that stands first in the image's archive. */
  readonly hardLink: string | null;
}

/** All paths of the original image, absolute, and their bytes. */
export interface ImageFiles {
  readonly paths: ReadonlyMap<string, ImageFile>;
  /** Names in each folder, sorted. */
  readonly children: ReadonlyMap<string, readonly string[]>;
  /** A file's bytes from `start`, at most `length`; empty for all else. */
  read(path: string, start?: number, length?: number): Buffer;
}

/** Folders that the engine writes in before a container starts: their time is that of the container, not of the image. */
const CHANGED_BY_THE_ENGINE = /^\/(?:dev|proc|sys|etc)$|^\/dev\/(?:pts|shm)$/;
/** What the engine makes where the image has nothing of that name: files without content that any may execute, and a link. */
const MADE_BY_THE_ENGINE = /^\/(?:\.dockerenv|dev\/console|etc\/(?:hosts|hostname|resolv\.conf|mtab))$/;

function isOfTheEngine({ path, type, size, mode, link }: TarMember): boolean {
  if (!MADE_BY_THE_ENGINE.test(path)) return false;
  return type === "symlink" ? link === "/proc/mounts" : type === "file" && size === 0 && mode === 0o755;
}

/** Reads an image's archive once; contents go to the spool, memory grows with the number of paths only. `madeAt` is the image's own time in seconds. */
export async function readImageFiles(
  archive: Readable,
  { spool, madeAt }: { readonly spool: Spool; readonly madeAt: number },
): Promise<ImageFiles> {
  const paths = new Map<string, ImageFile>();
  paths.set("/", { member: tarMember({ path: "/", type: "directory", mode: 0o755 }), offset: 0, hardLink: null });
  const scanner = new TarScanner({
    member(member) {
      const path = absolute(member.path);
      const hardLink = member.type === "hardlink" ? absolute(member.link) : null;
      const modifiedAt = CHANGED_BY_THE_ENGINE.test(path) ? Math.min(member.modifiedAt, madeAt) : member.modifiedAt;
      if (isOfTheEngine({ ...member, path })) return;
      paths.set(path, { member: { ...member, path, modifiedAt }, offset: spool.size(), hardLink });
    },
    data: (piece) => void spool.append(piece),
    memberEnd: () => undefined,
  });
  await takeChunks(archive, (chunk) => scanner.push(chunk));
  scanner.end();
  return imageFiles(paths, spool);
}

function imageFiles(paths: ReadonlyMap<string, ImageFile>, spool: Spool): ImageFiles {
  return {
    paths,
    children: childrenOf(paths.keys()),
    read(path, start = 0, length = Number.MAX_SAFE_INTEGER) {
      const named = paths.get(path);
      const file = named?.hardLink ? paths.get(named.hardLink) : named;
      if (file === undefined || file.member.type !== "file") return Buffer.alloc(0);
      return spool.read(file.offset + start, Math.max(0, Math.min(length, file.member.size - start)));
    },
  };
}

function childrenOf(paths: Iterable<string>): Map<string, string[]> {
  const children = new Map<string, string[]>();
  for (const path of paths) {
    if (path === "/") continue;
    const folder = parentOf(path);
    const names = children.get(folder);
    if (names === undefined) children.set(folder, [path]);
    else names.push(path);
  }
  for (const names of children.values()) names.sort();
  return children;
}

/** The folder of an absolute path; "/" for the root itself. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash <= 0 ? "/" : path.slice(0, slash);
}

function absolute(name: string): string {
  const path = name.replace(/^(?:\.?\/)+/, "");
  return path === "" || path === "." ? "/" : `/${path}`;
}
