import { imageArchiveInvalid } from "../../format/oci/invalid.ts";
import { readTar } from "../../format/tar/read-tar.ts";
import { listFolder } from "../../system/file/files.ts";
import { isPlainFile, readStream } from "../../system/file/read-stream.ts";
import { decompress, readHead } from "./decompress.ts";

/** One named part of an image archive. */
export interface ArchiveMember {
  readonly name: string;
  /** The member that a link names instead of holding bytes. */
  readonly linkTo: string | null;
  readonly body: AsyncIterable<Buffer>;
}

/** The members of an archive stream, compressed or not, in its order. */
export async function* membersOfStream(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ArchiveMember, void, void> {
  const { head, all } = await readHead(chunks);
  const { kind, bytes } = decompress(head, all);
  if (kind !== "tar") throw imageArchiveInvalid(head.length === 0 ? "it is empty" : "it is not a tar archive");
  for await (const { member, body } of readTar(bytes)) {
    const isLink = member.type === "symlink" || member.type === "hardlink";
    if (isLink) yield { name: clean(member.path), linkTo: linkTarget(member.path, member.link, member.type === "hardlink"), body };
    else if (member.type === "file") yield { name: clean(member.path), linkTo: null, body };
  }
}

/** The members of an OCI layout in a folder. */
export async function* membersOfFolder(folder: string, signal: AbortSignal): AsyncGenerator<ArchiveMember, void, void> {
  for (const name of ["index.json", "manifest.json"]) {
    if (await isPlainFile(`${folder}/${name}`)) yield { name, linkTo: null, body: readStream(`${folder}/${name}`, signal) };
  }
  const blobs = (await listFolder(`${folder}/blobs/sha256`)).filter((name) => /^[0-9a-f]{64}$/.test(name));
  for (const blob of blobs) {
    const name = `blobs/sha256/${blob}`;
    if (!(await isPlainFile(`${folder}/${name}`))) continue;
    yield { name, linkTo: null, body: readStream(`${folder}/${name}`, signal) };
  }
}

function clean(name: string): string {
  return name.replace(/^(?:\.?\/)+/, "");
}

/** `docker save` writes a layer that it has written already as a link, "../ID/layer.tar". */
function linkTarget(path: string, link: string, isFromRoot: boolean): string {
  const parts = isFromRoot ? [] : clean(path).split("/").slice(0, -1);
  for (const part of link.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}
