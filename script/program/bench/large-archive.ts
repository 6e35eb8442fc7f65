import { mkdir, open } from "node:fs/promises";
import path from "node:path";
import { BLOCK } from "../../../src/format/tar/header-block.ts";
import { tarMember } from "../../../src/format/tar/member.ts";
import { formatTarHeader } from "../../../src/format/tar/write-tar.ts";
import { costOf } from "./measure.ts";
import type { BenchPlace, Figure } from "./measure.ts";

const MOST_MEMORY = 300e6;
const LARGE = { count: 40, size: 100 * 1024 ** 2 };
const SMALL = { count: 40_000, size: 3000 };
const CONFIG = JSON.stringify({ architecture: "amd64", os: "linux", config: {}, rootfs: { type: "layers", diff_ids: ["sha256:0"] } });
const MANIFEST = JSON.stringify([{ Config: "config.json", RepoTags: ["large:1"], Layers: ["layer.tar"] }]);

const padded = (size: number): number => Math.ceil(size / BLOCK) * BLOCK;

interface Placed {
  readonly at: number;
  readonly bytes: Buffer;
}

/** Headers of a layer from a place in the archive on; what lies between them is holes, which read as zeros. */
function layerHeaders(from: number): { readonly headers: readonly Placed[]; readonly end: number } {
  const headers: Placed[] = [];
  let at = from;
  for (const [kind, { count, size }] of Object.entries({ large: LARGE, small: SMALL })) {
    for (let number = 0; number < count; number++) {
      const name = `data/${kind}/${number % 100}/${number}`;
      const header = formatTarHeader(tarMember({ path: name, size }));
      headers.push({ at, bytes: header });
      at += header.length + padded(size);
    }
  }
  return { headers, end: at + 2 * BLOCK };
}

/** A `docker save` archive with one layer of 4 GB, which takes little room on the disk. */
async function writeArchive(file: string): Promise<void> {
  const { headers, end } = layerHeaders(BLOCK);
  const parts = [{ at: 0, bytes: formatTarHeader(tarMember({ path: "layer.tar", size: end - BLOCK })) }, ...headers];
  let at = end;
  for (const [name, text] of Object.entries({ "config.json": CONFIG, "manifest.json": MANIFEST })) {
    const body = Buffer.from(text);
    parts.push({ at, bytes: Buffer.concat([formatTarHeader(tarMember({ path: name, size: body.length })), body]) });
    at += BLOCK + padded(body.length);
  }
  const archive = await open(file, "w");
  try {
    for (const part of parts) await archive.write(part.bytes, 0, part.bytes.length, part.at);
    await archive.truncate(at + 2 * BLOCK);
  } finally {
    await archive.close();
  }
}

/** The memory of an xray of an archive with a layer of 4 GB in 40,040 files. */
export async function benchArchive({ folder, program }: BenchPlace): Promise<Figure> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, "large.tar");
  await writeArchive(file);
  const { exit, milliseconds, peak } = await costOf([...program, "xray", file]);
  if (exit !== 0) throw new Error(`cooper xray ended with ${exit}`);
  const detail = `4.3 GB in ${LARGE.count + SMALL.count} files, ${(milliseconds / 1000).toFixed(1)} s`;
  return { name: "xray", value: `${(peak / 1e6).toFixed(0)} MB`, goal: "under 300 MB", isMet: peak < MOST_MEMORY, detail };
}
