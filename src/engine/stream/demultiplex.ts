import type { Readable } from "node:stream";
import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";

/** A piece of what a process without a terminal wrote. */
export interface Frame {
  readonly stream: "stdout" | "stderr";
  readonly bytes: Buffer;
}

const HEADER_BYTES = 8;
const SYSTEM_ERROR = 3;
/** A longer frame is given in pieces, as they come: putting them together would copy all that a command writes. */
const LARGEST_WHOLE = 4_096;

/** Takes apart the engine's framed stream: 8 bytes of header (kind, 0, 0, 0, length as 32-bit big endian), then the bytes. A cut-off last frame gives what is there of it. */
export async function* demultiplex(stream: Readable): AsyncGenerator<Frame, void, undefined> {
  let held: Buffer = Buffer.alloc(0);
  let open: OpenFrame | null = null;
  for await (const chunk of stream) {
    if (!(chunk instanceof Buffer)) continue;
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    while (held.length > 0) {
      open ??= openFrame(held);
      if (open === null) break;
      if (!open.isBegun) held = held.subarray(HEADER_BYTES);
      open.isBegun = true;
      if (held.length < open.left && !open.isInPieces) break;
      const bytes = held.subarray(0, open.left);
      held = held.subarray(bytes.length);
      open.left -= bytes.length;
      if (bytes.length > 0) yield frameOf(open.kind, bytes);
      if (open.left === 0) open = null;
    }
  }
  if (open !== null && held.length > 0) yield frameOf(open.kind, held);
}

interface OpenFrame {
  readonly kind: number;
  readonly isInPieces: boolean;
  left: number;
  isBegun: boolean;
}

function openFrame(bytes: Buffer): OpenFrame | null {
  if (bytes.length < HEADER_BYTES) return null;
  const kind = bytes[0] ?? 0;
  const left = bytes.readUInt32BE(4);
  return { kind, left, isInPieces: left > LARGEST_WHOLE && kind !== SYSTEM_ERROR, isBegun: false };
}

function frameOf(kind: number, bytes: Buffer): Frame {
  if (kind === SYSTEM_ERROR) throw new CooperError("engine-refused", `The engine says: ${bytes.toString()}`, { exit: EXIT.engine });
  return { stream: kind === 2 ? "stderr" : "stdout", bytes };
}
