import * as z from "zod";
import { imageArchiveInvalid } from "./invalid.ts";
import { parseJson } from "./parse-json.ts";

/** One image of an archive: the names of the members that hold its configuration and its layers, the lowest first. */
export interface ArchivedImage {
  readonly tags: readonly string[];
  readonly config: string;
  readonly layers: readonly string[];
}

/** The members of an archive that matter here: small JSON files by name, and the names of all members with bytes. */
export interface ArchiveMembers {
  readonly texts: ReadonlyMap<string, string>;
  readonly names: ReadonlySet<string>;
}

const saved = z.array(z.object({ Config: z.string(), RepoTags: z.array(z.string()).nullish(), Layers: z.array(z.string()).nullish() }));
const descriptor = z.object({
  digest: z.string(),
  annotations: z.record(z.string(), z.string()).nullish(),
  platform: z.object({ os: z.string().nullish(), architecture: z.string().nullish() }).nullish(),
});
const index = z.object({ manifests: z.array(descriptor).nullish() });
const manifest = z.object({
  config: descriptor.nullish(),
  layers: z.array(descriptor).nullish(),
  manifests: z.array(descriptor).nullish(),
});

/** An index may name an index, which no builder nests deeper than this. */
const MAX_DEPTH = 4;
const NAME_ANNOTATIONS = ["io.containerd.image.name", "org.opencontainers.image.ref.name"];

/**
 * The images of an archive: by `manifest.json` as `docker save` writes it (in its old and new layouts), else by the OCI layout's
 * `index.json`, where only images whose layers are all there count. Throws `image-archive-invalid` when there is none.
 */
export function listArchivedImages(members: ArchiveMembers): readonly ArchivedImage[] {
  const savedText = members.texts.get("manifest.json");
  const indexText = members.texts.get("index.json");
  if (savedText === undefined && indexText === undefined) {
    throw imageArchiveInvalid("it has neither a manifest.json nor an index.json");
  }
  const images = savedText === undefined ? indexedImages(members, indexText ?? "") : savedImages(savedText);
  if (images.length === 0) throw imageArchiveInvalid("it names no image whose layers it holds");
  return images;
}

function savedImages(text: string): ArchivedImage[] {
  return parseJson(saved, text, "manifest.json").map((image) => ({
    tags: image.RepoTags ?? [],
    config: image.Config,
    layers: image.Layers ?? [],
  }));
}

function indexedImages(members: ArchiveMembers, text: string): ArchivedImage[] {
  const found: ArchivedImage[] = [];
  const visit = (one: z.infer<typeof descriptor>, tags: readonly string[], depth: number): void => {
    const name = blobName(one.digest);
    const json = members.texts.get(name);
    if (json === undefined || depth > MAX_DEPTH || one.platform?.os === "unknown") return;
    const { config, layers, manifests } = parseJson(manifest, json, name);
    for (const inner of manifests ?? []) visit(inner, tags, depth + 1);
    const image = { tags, config: blobName(config?.digest ?? ""), layers: (layers ?? []).map((layer) => blobName(layer.digest)) };
    if (config && [image.config, ...image.layers].every((member) => members.names.has(member))) found.push(image);
  };
  for (const one of parseJson(index, text, "index.json").manifests ?? []) visit(one, tagsOf(one.annotations), 0);
  return found;
}

function tagsOf(annotations: Readonly<Record<string, string>> | null | undefined): readonly string[] {
  const name = NAME_ANNOTATIONS.map((key) => annotations?.[key]).find((value) => value !== undefined);
  return name === undefined ? [] : [name];
}

/** "sha256:ab" as the layout's member name "blobs/sha256/ab". */
function blobName(digest: string): string {
  return `blobs/${digest.replace(":", "/")}`;
}
