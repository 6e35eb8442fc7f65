import { tarMember, type TarMember } from "../../format/tar/member.ts";
import { formatTarHeader, type TarInput, writeTar } from "../../format/tar/write-tar.ts";
import type { ImageFiles } from "../inspect/image-files.ts";

const PIECE = 1024 * 1024;
const BLOCK = 512;

/** What goes into a slim image: the original's paths, some with other bytes or another mode. */
export interface Contents {
  readonly image: ImageFiles;
  /** Absolute paths, in any order. */
  readonly paths: Iterable<string>;
  /** Other bytes for files of the original. */
  readonly replaced: ReadonlyMap<string, Buffer>;
  /** Bits that no mode keeps. */
  readonly droppedBits: number;
}

/** The one layer of a slim image. Nothing of it is put aside: its bytes are made anew each time they are asked for, always the same. */
export interface Layer {
  readonly size: number;
  bytes(): AsyncGenerator<Buffer, void, void>;
}

/** The kept paths as a layer, in byte order, with the original's bytes, owners, modes, times and attributes. */
export function packLayer(contents: Contents): Layer {
  const members = [...layerMembers(contents)];
  const size = members.reduce(
    (sum, { member }) => sum + formatTarHeader(member).length + Math.ceil(member.size / BLOCK) * BLOCK,
    2 * BLOCK,
  );
  return { size, bytes: () => writeTar(members) };
}

function* layerMembers(contents: Contents): Generator<TarInput> {
  const { image } = contents;
  const paths = [...contents.paths].sort();
  const kept = new Set(paths);
  const firstNames = new Map<string, string>();
  for (const path of paths) {
    const file = image.paths.get(path);
    if (file === undefined || path === "/") continue;
    const source = file.hardLink ?? path;
    const first = firstNames.get(source);
    if ((file.hardLink !== null || kept.has(source)) && first !== undefined && first !== path) {
      yield { member: { ...file.member, path: path.slice(1), type: "hardlink", size: 0, link: first.slice(1) } };
      continue;
    }
    firstNames.set(source, path);
    yield memberWithBody(contents, path, source);
  }
}

function memberWithBody({ image, replaced, droppedBits }: Contents, path: string, source: string): TarInput {
  const original = image.paths.get(source)?.member ?? tarMember({ path });
  const body = replaced.get(source);
  const size = body?.length ?? original.size;
  const member: TarMember = { ...original, size, mode: original.mode & ~droppedBits, path: path.slice(1), userName: "", groupName: "" };
  if (member.type !== "file") return { member };
  return { member, body: body ?? { [Symbol.iterator]: () => pieces(image, source, size) } };
}

function* pieces(image: ImageFiles, path: string, size: number): Generator<Buffer> {
  for (let at = 0; at < size; at += PIECE) yield image.read(path, at, PIECE);
}
