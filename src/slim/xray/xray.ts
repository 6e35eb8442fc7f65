import { isCooperError } from "../../base/errors.ts";
import { type ImageInfo, inspectImage } from "../../engine/image/image.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { listTaggedImages, saveImage } from "../../engine/image/save-image.ts";
import { kindOfPath, readStream } from "../../system/file/read-stream.ts";
import { imageArchiveInvalid } from "../../format/oci/invalid.ts";
import { namedImage } from "../named-image.ts";
import { membersOfFolder, membersOfStream } from "./archive-source.ts";
import { makeXray, type Xray } from "./make-xray.ts";
import type { KnownImage } from "./origin/find-base.ts";
import { scanArchive } from "./scan-archive.ts";

/** Looks into an image of an engine; its archive is read once, as a stream. Throws `image-unknown`. */
export async function xrayImage(engine: Engine, reference: string, signal: AbortSignal): Promise<Xray> {
  const info = await namedImage(engine, reference, "See `docker image ls`, or give a file as a path: cooper xray ./FILE");
  const scanned = await scanArchive(membersOfStream(await saveImage(engine, info.id, { signal })), info.config.architecture);
  const known = await knownImages(engine, info);
  return makeXray(reference, { ...scanned, tags: info.tags, others: 0 }, known);
}

/** Looks into a `docker save` archive (compressed or not), or an OCI layout as a tar or a folder. Throws `image-archive-invalid`. */
export async function xrayFile(path: string, architecture: string, signal: AbortSignal): Promise<Xray> {
  const kind = await kindOfPath(path);
  if (kind === null) throw imageArchiveInvalid(`there is nothing at ${path}`);
  if (kind === "other") throw imageArchiveInvalid(`${path} is neither a file nor a folder`);
  const members = kind === "folder" ? membersOfFolder(path, signal) : membersOfStream(readStream(path, signal));
  return makeXray(path, await scanArchive(members, architecture), []);
}

/** True for a word that names a file and not an image: it begins like a path, or an archive or layout is at `path`, which it may mean. */
export async function isFileName(word: string, path: string): Promise<boolean> {
  if (/^(?:\.{0,2}\/|\.{1,2}$)/.test(word)) return true;
  const kind = await kindOfPath(path);
  if (kind === "folder") return (await kindOfPath(`${path}/index.json`)) === "file";
  return kind === "file" && /\.(?:tar|tgz|tar\.gz|oci)$/.test(word);
}

async function knownImages(engine: Engine, info: ImageInfo): Promise<readonly KnownImage[]> {
  const known: KnownImage[] = [];
  for (const { id, tags } of await listTaggedImages(engine)) {
    if (id === info.id) continue;
    try {
      const { layers, config, labels } = await inspectImage(engine, id);
      known.push({ tags, layers, settings: { ...config, labels } });
    } catch (error) {
      // Somebody may remove an image while the list is gone through; then the engine refuses in one way or another.
      if (!isCooperError(error)) throw error;
    }
  }
  return known;
}
