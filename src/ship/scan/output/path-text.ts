import { encodePath } from "../../../format/tree/path-bytes.ts";

/** Control, format, separator and combining characters, lone surrogates: what changes a screen, or looks like something else. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{M}]|(?! )\p{Zs}/gu;
const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\u001b": "\\e" };

/** A path of a container as one safe word or quoted text; different paths give different texts. */
export function pathText(path: string): string {
  const escaped = path.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replace(UNSAFE, escapeOne);
  return escaped === path && !/[\s']/.test(path) && path !== "" ? path : `"${escaped}"`;
}

/** A path for JSON: as it is, or, where it is no UTF-8, escaped and with its bytes beside it. */
export function pathFields(path: string): { readonly path: string; readonly pathB64?: string } {
  return !isPlain(path) && /\p{Cs}/u.test(path) ? { path: pathText(path), pathB64: encodePath(path).toString("base64") } : { path };
}

/** A text of a container without characters that change a screen. */
export function safeText(text: string): string {
  return isPlain(text) ? text : text.replace(UNSAFE, escapeOne);
}

/** True for printable ASCII alone. */
export function isPlain(text: string): boolean {
  return /^[ -~]*$/.test(text);
}

function escapeOne(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  if (point >= 0xdc80 && point <= 0xdcff) return `\\x${(point - 0xdc00).toString(16)}`;
  return NAMED[character] ?? (point <= 0x7f ? `\\x${point.toString(16).padStart(2, "0")}` : `\\u{${point.toString(16)}}`);
}
