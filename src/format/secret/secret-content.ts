import { holdsSecret } from "./find-in-file.ts";
import { findKnown } from "./known-values.ts";

/** Longer texts are no settings. */
const LONGEST = 4 * 1024 * 1024;
const PRIVATE_KEY = /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----[^"'`]{0,400}?[A-Za-z0-9+/]{24}/;

/** True for a file's content that holds a private key, a token, a password of a setting, or one of the `known` values. */
export function isSecretContent(content: string | Uint8Array, known: readonly string[] = []): boolean {
  const isText = typeof content === "string";
  const text = isText ? content : Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString("latin1");
  if (findKnown(text, isText ? known : known.map(asLatin1)).length > 0 || PRIVATE_KEY.test(text)) return true;
  return !isBinary(text) && text.length <= LONGEST && holdsSecret(text);
}

function asLatin1(value: string): string {
  return Buffer.from(value, "utf8").toString("latin1");
}

function isBinary(text: string): boolean {
  return text.slice(0, 8192).includes("\0");
}
