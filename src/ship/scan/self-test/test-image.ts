import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type { Engine } from "../../../engine/open-engine.ts";
import { loadImage } from "../../../engine/image/load-image.ts";
import { tarMember, type TarMember } from "../../../format/tar/member.ts";
import { writeTar } from "../../../format/tar/write-tar.ts";

/** A file of the image, or with `text` null a folder. */
export interface TestFile {
  readonly path: string;
  readonly mode: number;
  readonly text: string | null;
}

/** What the throw-away image holds. */
const TEST_FILES: readonly TestFile[] = [
  { path: "same", mode: 0o644, text: "as it was\n" },
  { path: "changed", mode: 0o644, text: "as it was\n" },
  { path: "program", mode: 0o755, text: "#!/bin/true\n" },
  { path: "folder", mode: 0o755, text: null },
  { path: "folder/inner", mode: 0o644, text: "inner\n" },
];

/** Loads an image of one small layer; gives its id. */
export async function loadTestImage(engine: Engine): Promise<string> {
  const layer = await bytesOf(tarOf(TEST_FILES));
  const config = Buffer.from(
    JSON.stringify({
      architecture: engine.architecture,
      os: "linux",
      config: { Cmd: ["/program"] },
      rootfs: { type: "layers", diff_ids: [`sha256:${createHash("sha256").update(layer).digest("hex")}`] },
    }),
  );
  const name = createHash("sha256").update(config).digest("hex");
  const manifest = Buffer.from(JSON.stringify([{ Config: `${name}.json`, RepoTags: [], Layers: ["layer.tar"] }]));
  const parts = [
    { path: "layer.tar", bytes: layer },
    { path: `${name}.json`, bytes: config },
    { path: "manifest.json", bytes: manifest },
  ];
  const archive = writeTar(parts.map(({ path, bytes }) => ({ member: tarMember({ path, mode: 0o644, size: bytes.length }), body: bytes })));
  await loadImage(engine, Readable.from(archive, { objectMode: false }));
  return `sha256:${name}`;
}

/** Files as a tar archive, all of the same time. */
export function tarOf(files: readonly TestFile[]): AsyncGenerator<Buffer, void, void> {
  return writeTar(files.map(({ path, mode, text }) => ({ member: memberOf(path, mode, text), body: Buffer.from(text ?? "") })));
}

function memberOf(path: string, mode: number, text: string | null): TarMember {
  return tarMember({ path, mode, size: Buffer.byteLength(text ?? ""), type: text === null ? "directory" : "file" });
}

async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}
