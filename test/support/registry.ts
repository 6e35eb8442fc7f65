import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import { gzipSync } from "node:zlib";
import { formatTarHeader } from "../../src/format/tar/write-tar.ts";
import { tarMember } from "../../src/format/tar/member.ts";

/** A registry on loopback that serves one image, which may become another. */
export interface TestRegistry {
  /** "127.0.0.1:5000/base". */
  readonly reference: string;
  /** From now on the image has these variables. */
  readonly setImage: (env: readonly string[]) => void;
  readonly close: () => Promise<void>;
}

interface Blob {
  readonly type: string;
  readonly bytes: Buffer;
}

const TYPES = "application/vnd.docker";

/** Starts a registry whose image has one file, `/program`, and runs it with these arguments. */
export async function startRegistry(program: Buffer, words: readonly string[]): Promise<TestRegistry> {
  const layer = tarOf(program);
  const packed = gzipSync(layer);
  const blobs = new Map<string, Blob>([[digestOf(packed), { type: "application/octet-stream", bytes: packed }]]);
  const add = (type: string, bytes: Buffer): string => {
    blobs.set(digestOf(bytes), { type, bytes });
    return digestOf(bytes);
  };
  const setImage = (env: readonly string[]): void => {
    const config = Buffer.from(
      JSON.stringify({
        architecture: process.arch === "x64" ? "amd64" : process.arch,
        os: "linux",
        config: { Env: env, Cmd: ["/program", ...words] },
        rootfs: { type: "layers", diff_ids: [digestOf(layer)] },
      }),
    );
    const manifest = {
      schemaVersion: 2,
      mediaType: `${TYPES}.distribution.manifest.v2+json`,
      config: {
        mediaType: `${TYPES}.container.image.v1+json`,
        size: config.length,
        digest: add(`${TYPES}.container.image.v1+json`, config),
      },
      layers: [{ mediaType: `${TYPES}.image.rootfs.diff.tar.gzip`, size: packed.length, digest: digestOf(packed) }],
    };
    const bytes = Buffer.from(JSON.stringify(manifest));
    blobs.set("latest", { type: manifest.mediaType, bytes });
    add(manifest.mediaType, bytes);
  };
  const server = serve(blobs);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return { reference: `127.0.0.1:${port}/base`, setImage, close };
}

function serve(blobs: ReadonlyMap<string, Blob>): Server {
  return createServer((request, answer) => {
    const name = /\/(?:manifests|blobs)\/(.+)$/u.exec(request.url ?? "")?.[1];
    const blob = name === undefined ? { type: "application/json", bytes: Buffer.from("{}") } : blobs.get(name);
    answer.setHeader("Docker-Distribution-Api-Version", "registry/2.0");
    if (blob === undefined) return void answer.writeHead(404).end();
    const digest = digestOf(blob.bytes);
    answer.writeHead(200, { "Content-Type": blob.type, "Content-Length": blob.bytes.length, "Docker-Content-Digest": digest });
    return void answer.end(request.method === "HEAD" ? undefined : blob.bytes);
  });
}

function tarOf(program: Buffer): Buffer {
  const header = formatTarHeader(tarMember({ path: "program", mode: 0o755, size: program.length }));
  return Buffer.concat([header, program, Buffer.alloc((512 - (program.length % 512)) % 512), Buffer.alloc(1024)]);
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
