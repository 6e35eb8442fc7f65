import type { SecretSpan } from "./span.ts";
import { TOKEN_SHAPES } from "./tables/shapes.ts";

const URL_PASSWORD = /\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:/?#'"@]{0,200}:(?<secret>[^\s/'"]{1,400})@(?=[^\s'"@])/dgi;

/** Secrets known by their look: tokens, private keys, passwords in URLs. */
export function findShapes(text: string): SecretSpan[] {
  const spans = TOKEN_SHAPES.flatMap(({ name, pattern }) => spansOf(text, pattern, name));
  const passwords = spansOf(text, URL_PASSWORD, "password in a URL");
  return [...spans, ...passwords.filter((span) => !isVariable(text.slice(span.start, span.end)))];
}

function spansOf(text: string, pattern: RegExp, name: string): SecretSpan[] {
  return Array.from(text.matchAll(pattern), (match) => {
    const [start, end] = match.indices?.groups?.["secret"] ?? match.indices?.[0] ?? [0, 0];
    return { start, end, name };
  });
}

function isVariable(value: string): boolean {
  return /^\$(?:\w+|\{[^}]*\}|\([^)]*\))$/.test(value) || /^\*+$/.test(value) || /^<.*>$/.test(value);
}
