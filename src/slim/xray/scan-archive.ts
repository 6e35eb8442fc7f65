import { isCooperError } from "../../base/errors.ts";
import { type ArchivedImage, listArchivedImages } from "../../format/oci/image-archive.ts";
import { type ImageConfigFile, parseImageConfig } from "../../format/oci/image-config.ts";
import { imageArchiveInvalid } from "../../format/oci/invalid.ts";
import type { ArchiveMember } from "./archive-source.ts";
import { decompress, readHead } from "./decompress.ts";
import { createLayerScanner, type LayerScan, unreadLayer } from "./layer-scan.ts";

/** One image out of an archive, with what each of its layers writes, the lowest first. */
export interface ScannedImage {
  readonly tags: readonly string[];
  /** The hash of its configuration, "sha256:…", which is the image's id. */
  readonly id: string;
  readonly config: ImageConfigFile;
  readonly layers: readonly LayerScan[];
  /** How many other images the archive holds. */
  readonly others: number;
}

const NO_TAR = "It is not a tar archive.";
/** Longer JSON is no manifest. */
const LONGEST_JSON = 8 * 1024 ** 2;

/**
 * Reads an archive once, in its order: the manifest that says which member is a layer comes last, so each member is taken for what its
 * first bytes say. Among several images it is the first of the architecture, else the first.
 */
export async function scanArchive(members: AsyncIterable<ArchiveMember>, architecture: string): Promise<ScannedImage> {
  const found = await collect(members);
  const names = new Set([...found.texts.keys(), ...found.layers.keys(), ...found.links.keys()]);
  const images = listArchivedImages({ texts: found.texts, names });
  const read = (image: ArchivedImage): ImageConfigFile => configOf(found, image);
  const image = images.find((one) => read(one).architecture === architecture) ?? images[0];
  if (image === undefined) throw imageArchiveInvalid("it holds no image");
  const hash = /([0-9a-f]{64})(?:\.json)?$/.exec(image.config)?.[1] ?? "";
  return {
    tags: image.tags,
    id: hash === "" ? "" : `sha256:${hash}`,
    config: read(image),
    layers: image.layers.map((name) => layerOf(found, name)),
    others: images.length - 1,
  };
}

interface Collected {
  readonly texts: Map<string, string>;
  readonly layers: Map<string, LayerScan>;
  readonly links: Map<string, string>;
}

async function collect(members: AsyncIterable<ArchiveMember>): Promise<Collected> {
  const found: Collected = { texts: new Map(), layers: new Map(), links: new Map() };
  for await (const { name, linkTo, body } of members) {
    if (linkTo === null) await takeMember(found, name, body);
    else found.links.set(name, linkTo);
  }
  return found;
}

/** Takes a member for what it is. What cannot be read of it is told with the layer, unless it is the archive itself that is damaged. */
async function takeMember({ texts, layers }: Collected, name: string, body: AsyncIterable<Uint8Array>): Promise<void> {
  const source = new WatchedSource(body);
  const scanner = createLayerScanner();
  try {
    const { head, all } = await readHead(source.chunks);
    const { kind, bytes } = decompress(head, all);
    if (kind === "json") texts.set(name, await readText(bytes));
    else if (kind === "other") layers.set(name, unreadLayer({ code: "tar-damaged", message: NO_TAR }));
    else {
      for await (const chunk of bytes) scanner.push(chunk);
      layers.set(name, scanner.end());
    }
  } catch (error) {
    await source.close();
    if (source.hasFailed || !isCooperError(error)) throw error;
    layers.set(name, scanner.endEarly({ code: error.code, message: error.message }));
  }
}

/** Knows whether it was the source that failed and not what was made of it. */
class WatchedSource {
  hasFailed = false;
  readonly chunks: AsyncGenerator<Uint8Array, void, void>;

  constructor(body: AsyncIterable<Uint8Array>) {
    this.chunks = this.#watch(body);
  }

  /** Waits until nothing is being read any more. */
  async close(): Promise<void> {
    await this.chunks.return();
  }

  async *#watch(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
    try {
      yield* body;
    } catch (error) {
      this.hasFailed = true;
      throw error;
    }
  }
}

async function readText(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length <= LONGEST_JSON) pieces.push(Buffer.from(chunk));
  }
  return length <= LONGEST_JSON ? Buffer.concat(pieces).toString("utf8") : "";
}

function configOf(found: Collected, image: ArchivedImage): ImageConfigFile {
  const text = found.texts.get(image.config);
  if (text === undefined) throw imageArchiveInvalid(`${image.config} is missing`);
  return parseImageConfig(text, image.config);
}

function layerOf(found: Collected, name: string): LayerScan {
  const layer = found.layers.get(name) ?? found.layers.get(found.links.get(name) ?? "");
  if (layer === undefined) throw imageArchiveInvalid(`the layer ${name} is missing`);
  return layer;
}
