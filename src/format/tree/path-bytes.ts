const LONE_SURROGATE = /[\uD800-\uDFFF]/u;

/**
 * A path (or link target) of a file system as a text. Linux names are bytes: valid UTF-8 becomes the usual text, and each byte that is
 * not part of valid UTF-8 becomes one lone surrogate U+DC80 … U+DCFF (as Python's "surrogateescape"). `encodePath` gives the same bytes
 * back, and JSON keeps such a text exactly.
 */
export function decodePath(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString("utf8");
  if (!text.includes("\uFFFD") || Buffer.from(text, "utf8").equals(buffer)) return text;
  return decodeDamaged(buffer);
}

/** True where the bytes of a path are UTF-8. */
export function isUtf8Path(path: string): boolean {
  return !LONE_SURROGATE.test(path);
}

/** The bytes of a path made by `decodePath`. */
export function encodePath(path: string): Buffer {
  if (!LONE_SURROGATE.test(path)) return Buffer.from(path, "utf8");
  const parts: Buffer[] = [];
  for (const piece of path.split(/([\uDC80-\uDCFF])(?<![\uD800-\uDBFF][\uDC80-\uDCFF])/)) {
    const code = piece.charCodeAt(0);
    const isEscape = piece.length === 1 && code >= 0xdc80 && code <= 0xdcff;
    parts.push(isEscape ? Buffer.of(code - 0xdc00) : Buffer.from(piece, "utf8"));
  }
  return Buffer.concat(parts);
}

function decodeDamaged(bytes: Buffer): string {
  let text = "";
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    text += length === 0 ? String.fromCharCode(0xdc00 + (bytes[at] ?? 0)) : bytes.toString("utf8", at, at + length);
    at += Math.max(length, 1);
  }
  return text;
}

/** Bytes of the valid UTF-8 sequence at `at`; 0 when there is none. */
function sequenceLength(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  const piece = bytes.subarray(at, at + length);
  return Buffer.from(piece.toString("utf8"), "utf8").equals(piece) ? length : 0;
}
