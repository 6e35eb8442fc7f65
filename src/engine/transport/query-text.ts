import { encodePath } from "../../format/tree/path-bytes.ts";

/** What stands for itself in a URL (RFC 3986, unreserved). */
const PLAIN = /[A-Za-z0-9\-._~]/u;

/** The query of a URL with its question mark, empty where nothing is asked; a path in it keeps its bytes, which need not be UTF-8. */
export function queryText(query: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const parts = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${escapeBytes(String(value))}`]));
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}

function escapeBytes(text: string): string {
  return Array.from(encodePath(text), (byte) => {
    const char = String.fromCharCode(byte);
    return PLAIN.test(char) ? char : `%${byte.toString(16).padStart(2, "0").toUpperCase()}`;
  }).join("");
}
