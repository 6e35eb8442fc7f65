import type { Readable } from "node:stream";
import { CooperError } from "../base/errors.ts";
import { EXIT } from "../base/exit-code.ts";

/** A piece of what a process without a terminal wrote. */
export interface Frame {
  readonly stream: "stdout" | "stderr";
  readonly bytes: Buffer;
}

const HEADER_BYTES = 8;
const SYSTEM_ERROR = 3;

/** Takes apart the engine's framed stream: 8 bytes of header (kind, 0, 0, 0, length as 32-bit big endian), then the bytes. A cut-off last frame gives what is there of it. */
export async function* demultiplex(stream: Readable): AsyncGenerator<Frame, void, undefined> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    if (!(chunk instanceof Buffer)) continue;
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (let size = frameSize(held); size !== null && held.length >= size; size = frameSize(held)) {
      if (size > HEADER_BYTES) yield frameOf(held.subarray(0, size));
      held = held.subarray(size);
    }
  }
  if (held.length > HEADER_BYTES) yield frameOf(held);
}

function frameSize(bytes: Buffer): number | null {
  return bytes.length < HEADER_BYTES ? null : HEADER_BYTES + bytes.readUInt32BE(4);
}

function frameOf(bytes: Buffer): Frame {
  const body = bytes.subarray(HEADER_BYTES);
  const kind = bytes[0] ?? 0;
  if (kind === SYSTEM_ERROR) throw new CooperError("engine-refused", `The engine says: ${body.toString()}`, { exit: EXIT.engine });
  return { stream: kind === 2 ? "stderr" : "stdout", bytes: body };
}
