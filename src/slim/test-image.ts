import { Readable } from "node:stream";
import { tarMember, type TarMember } from "../format/tar/member.ts";
import { type TarInput, writeTar } from "../format/tar/write-tar.ts";
import type { Spool } from "../system/store/spool.ts";
import { type ImageFiles, readImageFiles } from "./inspect/image-files.ts";

/** A spool in memory, for tests. */
function memorySpool(): Spool {
  let bytes = Buffer.alloc(0);
  return {
    append(piece) {
      const offset = bytes.length;
      bytes = Buffer.concat([bytes, piece]);
      return offset;
    },
    size: () => bytes.length,
    read: (offset, length) => Buffer.from(bytes.subarray(offset, offset + length)),
    close: () => undefined,
  };
}

/** An image of terse rows: a path to its text, to `-> target` for a link, to `= /first` for another name of a file, or a path with "/" at its end for a folder. */
export async function imageOf(
  rows: Readonly<Record<string, string>>,
  members: Readonly<Record<string, Partial<TarMember>>> = {},
  spool = memorySpool(),
): Promise<ImageFiles> {
  const folders = new Set(Object.keys(rows).flatMap(foldersOf));
  const inputs: TarInput[] = [...folders]
    .sort()
    .map((path) => ({ member: tarMember({ path: path.slice(1), type: "directory", mode: 0o755, ...members[path] }) }));
  for (const [path, text] of Object.entries(rows)) if (!path.endsWith("/")) inputs.push(inputOf(path, text, members[path] ?? {}));
  return readImageFiles(Readable.from(writeTar(inputs), { objectMode: false }), { spool, madeAt: 0 });
}

function foldersOf(path: string): string[] {
  const parts = path.split("/").slice(1, -1);
  return parts.map((_part, index) => `/${parts.slice(0, index + 1).join("/")}`);
}

function inputOf(path: string, text: string, more: Partial<TarMember>): TarInput {
  const name = path.slice(1);
  if (text.startsWith("-> ")) return { member: tarMember({ path: name, type: "symlink", link: text.slice(3), mode: 0o777, ...more }) };
  if (text.startsWith("= ")) return { member: tarMember({ path: name, type: "hardlink", link: text.slice(2), ...more }) };
  const body = Buffer.from(text, "latin1");
  return { member: tarMember({ path: name, mode: 0o755, size: body.length, ...more }), body };
}
