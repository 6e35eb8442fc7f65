import { createHash } from "node:crypto";
import { tarMember, type TarMember } from "../../format/tar/member.ts";
import { type TarInput, writeTar } from "../../format/tar/write-tar.ts";
import type { Spool } from "../../system/spool.ts";
import type { ImageFiles } from "../inspect/image-files.ts";
import { imageConfig, type JsonObject } from "./image-config.ts";

const PIECE = 1024 * 1024;

/** The one layer of a slim image, written to a spool: its bytes' place and their hash. */
export interface Layer {
  readonly offset: number;
  readonly size: number;
  /** SHA-256, lower-case hexadecimal. */
  readonly hash: string;
}

/** Writes the kept paths as a layer, in byte order, with the original's bytes, owners, modes, times and attributes. */
export async function packLayer(image: ImageFiles, paths: Iterable<string>, spool: Spool): Promise<Layer> {
  const hash = createHash("sha256");
  const offset = spool.size();
  for await (const piece of writeTar(layerMembers(image, [...paths].sort()))) {
    hash.update(piece);
    spool.append(piece);
  }
  return { offset, size: spool.size() - offset, hash: hash.digest("hex") };
}

function* layerMembers(image: ImageFiles, paths: readonly string[]): Generator<TarInput> {
  const kept = new Set(paths);
  const firstNames = new Map<string, string>();
  for (const path of paths) {
    const file = image.paths.get(path);
    if (file === undefined || path === "/") continue;
    const name = path.slice(1);
    const source = file.hardLink ?? path;
    const first = firstNames.get(source);
    const isLinked = file.hardLink !== null || kept.has(source);
    if (isLinked && first !== undefined && first !== path) {
      yield { member: { ...file.member, path: name, type: "hardlink", size: 0, link: first.slice(1) } };
      continue;
    }
    firstNames.set(source, path);
    yield memberWithBody(image, { path: name, source });
  }
}

function memberWithBody(image: ImageFiles, { path, source }: { readonly path: string; readonly source: string }): TarInput {
  const original = image.paths.get(source);
  const member: TarMember = { ...(original?.member ?? tarMember({ path })), path, userName: "", groupName: "" };
  return member.type === "file" ? { member, body: pieces(image, source, member.size) } : { member };
}

function* pieces(image: ImageFiles, path: string, size: number): Generator<Buffer> {
  for (let at = 0; at < size; at += PIECE) yield image.read(path, at, PIECE);
}

/** A slim image as a `docker save` archive. The same layer and settings give the same bytes and the same image id. */
export function packImage(input: { layer: Layer; spool: Spool; inspected: JsonObject; from: string; tag: string | null }): {
  readonly id: string;
  readonly archive: AsyncGenerator<Buffer, void, void>;
} {
  const { layer, spool } = input;
  const config = Buffer.from(JSON.stringify(imageConfig(input.inspected, { diffId: `sha256:${layer.hash}`, from: input.from })));
  const id = createHash("sha256").update(config).digest("hex");
  const manifest = [{ Config: `${id}.json`, RepoTags: input.tag === null ? null : [input.tag], Layers: [`${layer.hash}/layer.tar`] }];
  const manifestBytes = Buffer.from(JSON.stringify(manifest));
  const members: TarInput[] = [
    { member: tarMember({ path: `${id}.json`, size: config.length }), body: config },
    { member: tarMember({ path: `${layer.hash}/layer.tar`, size: layer.size }), body: spooled(spool, layer) },
    { member: tarMember({ path: "manifest.json", size: manifestBytes.length }), body: manifestBytes },
  ];
  return { id: `sha256:${id}`, archive: writeTar(members) };
}

function* spooled(spool: Spool, layer: Layer): Generator<Buffer> {
  for (let at = 0; at < layer.size; at += PIECE) yield spool.read(layer.offset + at, Math.min(PIECE, layer.size - at));
}
