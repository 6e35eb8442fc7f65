import { tarMember, type TarMember } from "../../format/tar/member.ts";
import { type TarInput, writeTar } from "../../format/tar/write-tar.ts";

/** A layer of terse rows: a path to its text, to `-> target` for a link; a path with "/" at its end is a folder. */
export type LayerRows = Readonly<Record<string, string>>;

/** The bytes of a layer's archive. `members` change what a row says of a path. */
export function layerOf(rows: LayerRows, members: Readonly<Record<string, Partial<TarMember>>> = {}): Promise<Buffer> {
  return archiveOf(Object.entries(rows).map(([path, text]) => inputOf(path, text, members[path] ?? {})));
}

function inputOf(path: string, text: string, more: Partial<TarMember>): TarInput {
  const name = path.replace(/^\/|\/$/g, "");
  if (path.endsWith("/")) return { member: tarMember({ path: name, type: "directory", mode: 0o755, ...more }) };
  if (text.startsWith("-> ")) return { member: tarMember({ path: name, type: "symlink", link: text.slice(3), ...more }) };
  const body = Buffer.from(text);
  return { member: tarMember({ path: name, size: body.length, ...more }), body };
}

/** What an archive of an image is made of. */
export interface ImageParts {
  readonly layers: readonly Buffer[];
  readonly config?: object;
  readonly history?: readonly object[];
  readonly architecture?: string;
}

function configText({ layers, config, history, architecture }: ImageParts): string {
  const diffIds = layers.map((_layer, at) => `sha256:${at}`);
  return JSON.stringify({ architecture: architecture ?? "amd64", os: "linux", config, history, rootfs: { diff_ids: diffIds } });
}

/** A `docker save` archive in the old layout. */
export function savedArchive(parts: ImageParts): Promise<Buffer> {
  const names = parts.layers.map((_layer, at) => `${at}/layer.tar`);
  const files = parts.layers.map((layer, at): [string, Buffer] => [`${at}/layer.tar`, layer]);
  const manifest = [{ Config: "config.json", RepoTags: ["web:1"], Layers: names }];
  return filesArchive([
    ...files,
    ["config.json", Buffer.from(configText(parts))],
    ["manifest.json", Buffer.from(JSON.stringify(manifest))],
  ]);
}

/** The files of an OCI layout with one image. */
export function layoutFiles(parts: ImageParts): [string, Buffer][] {
  const digit = (at: number | string): string => String(at).repeat(64);
  const blob = (at: number | string, content: string | Buffer): [string, Buffer] => [`blobs/sha256/${digit(at)}`, Buffer.from(content)];
  const layers = parts.layers.map((_layer, at) => ({ digest: `sha256:${digit(at)}` }));
  return [
    ...parts.layers.map((layer, at) => blob(at, layer)),
    blob("c", configText(parts)),
    blob("d", JSON.stringify({ config: { digest: `sha256:${digit("c")}` }, layers })),
    ["index.json", Buffer.from(JSON.stringify({ manifests: [{ digest: `sha256:${digit("d")}` }] }))],
  ];
}

/** Files as a tar archive. */
export function filesArchive(files: readonly (readonly [string, Buffer])[], more: Partial<TarMember> = {}): Promise<Buffer> {
  return archiveOf(files.map(([path, body]) => ({ member: tarMember({ path, size: body.length, ...more }), body })));
}

async function archiveOf(inputs: readonly TarInput[]): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of writeTar(inputs)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Bytes in pieces of a size, as a stream gives them. */
export async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Buffer, void, void> {
  for (let at = 0; at < bytes.length; at += size) yield Buffer.from(bytes.subarray(at, at + size));
}
