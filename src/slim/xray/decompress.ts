import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { CooperError, messageOf } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { damagedCompression } from "../../format/zstd/damaged.ts";
import { isZstd, ZstdDecoder } from "../../format/zstd/decoder.ts";

/** What the first bytes of a member say that it is. */
type ContentKind = "tar" | "json" | "other";

const HEAD = 512;
const MAGIC_AT = 257;

/** The first block of a stream (less when it is shorter), and the whole stream with it. */
export async function readHead(
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ readonly head: Buffer; readonly all: AsyncIterable<Uint8Array> }> {
  const source = chunks[Symbol.asyncIterator]();
  const pieces: Buffer[] = [];
  for (let length = 0; length < HEAD;) {
    const { value, done } = await source.next();
    if (done === true) break;
    pieces.push(Buffer.from(value));
    length += value.length;
  }
  const head = Buffer.concat(pieces);
  return { head: head.subarray(0, HEAD), all: joined(head, source) };
}

async function* joined(head: Buffer, source: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  try {
    if (head.length > 0) yield head;
    for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value;
  } finally {
    await source.return?.();
  }
}

/** The bytes without their compression, and what they are. Throws `layer-compression-unknown` for what cannot be read. */
export function decompress(
  head: Buffer,
  all: AsyncIterable<Uint8Array>,
): { readonly kind: ContentKind; readonly bytes: AsyncIterable<Uint8Array> } {
  if (head[0] === 0x1f && head[1] === 0x8b) return { kind: "tar", bytes: gunzipped(all) };
  if (isZstd(head)) return { kind: "tar", bytes: unpacked(all) };
  if (head.toString("latin1", 0, 3) === "BZh") throw unknownCompression("bzip2");
  if (head.toString("latin1", 0, 6) === "\xfd7zXZ\0") throw unknownCompression("xz");
  return { kind: plainKind(head), bytes: all };
}

function plainKind(head: Buffer): ContentKind {
  if (head.length === HEAD && head.toString("latin1", MAGIC_AT, MAGIC_AT + 5) === "ustar") return "tar";
  if (head.length === HEAD && head.every((byte) => byte === 0)) return "tar";
  return /^\s*[[{]/.test(head.toString("latin1")) ? "json" : "other";
}

async function* gunzipped(all: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  // A failure of the source or of the data comes out of the loop below.
  void pipeline(Readable.from(all), gunzip).catch(() => undefined);
  try {
    for await (const chunk of gunzip) if (chunk instanceof Uint8Array) yield chunk;
  } catch (error) {
    throw error instanceof CooperError ? error : damagedCompression(messageOf(error));
  }
}

async function* unpacked(all: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  const decoder = new ZstdDecoder();
  for await (const chunk of all) yield* decoder.push(chunk);
  yield* decoder.end();
}

function unknownCompression(name: string): CooperError {
  return new CooperError("layer-compression-unknown", `It is compressed with ${name}, which is not read.`, {
    hint: "Load the archive into an engine and name the image instead: docker load -i FILE",
    exit: EXIT.incomplete,
  });
}
