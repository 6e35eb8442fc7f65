import { type ArchivedImage, listArchivedImages } from "../../format/oci/image-archive.ts";
import { type ImageConfigFile, parseImageConfig } from "../../format/oci/image-config.ts";
import { imageArchiveInvalid } from "../../format/oci/invalid.ts";
import type { ArchiveMember } from "./archive-source.ts";
import { decompress, readHead } from "./decompress.ts";
import { createLayerScanner, type LayerScan } from "./layer-scan.ts";

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
  readonly texts: ReadonlyMap<string, string>;
  readonly layers: ReadonlyMap<string, LayerScan>;
  readonly links: ReadonlyMap<string, string>;
}

async function collect(members: AsyncIterable<ArchiveMember>): Promise<Collected> {
  const texts = new Map<string, string>();
  const layers = new Map<string, LayerScan>();
  const links = new Map<string, string>();
  for await (const { name, linkTo, body } of members) {
    if (linkTo !== null) {
      links.set(name, linkTo);
      continue;
    }
    const { head, all } = await readHead(body);
    const { kind, bytes } = decompress(head, all);
    if (kind === "tar") layers.set(name, await scanLayer(bytes));
    else if (kind === "json") texts.set(name, await readText(bytes));
  }
  return { texts, layers, links };
}

async function scanLayer(bytes: AsyncIterable<Uint8Array>): Promise<LayerScan> {
  const scanner = createLayerScanner();
  for await (const chunk of bytes) scanner.push(chunk);
  return scanner.end();
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
