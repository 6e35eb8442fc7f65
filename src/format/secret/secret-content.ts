import { findInText } from "./find-in-text.ts";
import { findShapes } from "./find-shapes.ts";
import { findKnown } from "./known-values.ts";

/** Longer texts are searched for known looks and values only: assignments are a matter of settings files. */
const LONGEST_SETTINGS = 1024 * 1024;
const COMMENT_LINE = /^[ \t]*(?:#|;|\/\/[ \t]|\*|<!--|--[ \t]).*$/gm;

/** True for a file's content that holds a private key, a token, a password of a setting, or one of the `known` values. */
export function isSecretContent(content: string | Uint8Array, known: readonly string[] = []): boolean {
  const text =
    typeof content === "string" ? content : Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString("latin1");
  if (findKnown(text, typeof content === "string" ? known : known.map(asLatin1)).length > 0) return true;
  if (text.includes("PRIVATE KEY-----")) return findShapes(text).length > 0;
  if (isBinary(text)) return false;
  if (findShapes(text).length > 0) return true;
  return text.length <= LONGEST_SETTINGS && findInText(text.replace(COMMENT_LINE, ""), "file").length > 0;
}

function asLatin1(value: string): string {
  return Buffer.from(value, "utf8").toString("latin1");
}

function isBinary(text: string): boolean {
  return text.slice(0, 8192).includes("\0");
}
