import { createHash } from "node:crypto";
import { tarMember } from "../../format/tar/member.ts";
import { type TarInput, writeTar } from "../../format/tar/write-tar.ts";
import { withTag } from "../pack/with-tag.ts";
import type { Layer } from "../pack/pack-layer.ts";

const LAYOUT = JSON.stringify({ imageLayoutVersion: "1.0.0" });
const TYPE = "application/vnd.oci.image";

interface OciImage {
  readonly layer: Layer;
  /** "sha256:…" of the layer. */
  readonly diffId: string;
  /** The configuration file's bytes. */
  readonly config: Buffer;
  readonly tags: readonly string[];
}

/** An image as the archive of an OCI layout (image-spec 1.0), one layer that is not compressed. The same image gives the same bytes. */
export function ociArchive({ layer, diffId, config, tags }: OciImage): AsyncGenerator<Buffer, void, void> {
  const describe = (kind: string, bytes: Buffer): object => ({ mediaType: `${TYPE}.${kind}`, digest: digestOf(bytes), size: bytes.length });
  const manifest = json({
    schemaVersion: 2,
    mediaType: `${TYPE}.manifest.v1+json`,
    config: describe("config.v1+json", config),
    layers: [{ mediaType: `${TYPE}.layer.v1.tar`, digest: diffId, size: layer.size }],
  });
  const manifests = tags.map((tag) => ({ ...describe("manifest.v1+json", manifest), annotations: annotationsOf(tag) }));
  const index = json({ schemaVersion: 2, manifests });
  return writeTar([
    fileOf("oci-layout", Buffer.from(LAYOUT)),
    fileOf("index.json", index),
    fileOf(blobOf(digestOf(manifest)), manifest),
    fileOf(blobOf(digestOf(config)), config),
    { member: tarMember({ path: blobOf(diffId), size: layer.size }), body: layer.bytes() },
  ]);
}

/** As BuildKit writes them: Docker and containerd take the full name, others the tag. */
function annotationsOf(tag: string): object {
  const name = withTag(tag);
  return { "io.containerd.image.name": withRegistry(name), "org.opencontainers.image.ref.name": name.slice(name.lastIndexOf(":") + 1) };
}

/** "web:1" is "docker.io/library/web:1". */
function withRegistry(name: string): string {
  const [first = "", ...rest] = name.split("/");
  if (rest.length === 0) return `docker.io/library/${name}`;
  return /[.:]|^localhost$/.test(first) ? name : `docker.io/${name}`;
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

function blobOf(digest: string): string {
  return `blobs/${digest.replace(":", "/")}`;
}

function fileOf(path: string, body: Buffer): TarInput {
  return { member: tarMember({ path, size: body.length }), body };
}
