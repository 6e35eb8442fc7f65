import { findInText, mostInText } from "./find-in-text.ts";
import { findShapes } from "./find-shapes.ts";
import { isSecretName } from "./secret-name.ts";
import { isRandom, isTelling, looksTyped } from "./secret-value.ts";
import type { SecretSpan } from "./span.ts";

/** Only lines with one of these are looked at closer. */
const HINT = /pass|pwd|pw\b|psk|secret|token|credential|auth|key|salt|identified|setuser/i;
const COMMENT = /^\s*(?:#|;|\/\/\s|\*|<!--|--\s)/;
const LONGEST_LINE = 1000;

/**
 * Whether a file's text holds a secret for certain. In a file, code, types and prose stand around what looks like a setting: `password: str`,
 * `token = tokens[0]`. A typed command is judged more strictly, and what it held is known then.
 */
export function holdsSecret(text: string): boolean {
  const lines = text.split("\n");
  return lines.some((line) => sureSpans(line).length > 0) || findShapes(text).some((span) => isSureShape(text, span));
}

/** The same of what a program prints: the secrets of its lines that are settings for certain. */
export function findInOutput(text: string): SecretSpan[] {
  const spans: SecretSpan[] = [];
  let at = 0;
  for (const line of text.split("\n")) {
    const shown = line.endsWith("\r") ? line.slice(0, -1) : line;
    for (const span of sureSpans(shown)) spans.push({ ...span, start: at + span.start, end: at + span.end });
    at += line.length + 1;
  }
  return spans;
}

/** True where the text ends within a line that may be a setting with a secret. */
export function isWithinSetting(text: string): boolean {
  const line = text.slice(text.lastIndexOf("\n") + 1);
  return line.length <= LONGEST_LINE && HINT.test(line) && /[=:]\s*\S/.test(line);
}

function sureSpans(line: string): SecretSpan[] {
  if (line.length > LONGEST_LINE || !HINT.test(line) || COMMENT.test(line)) return [];
  const most = mostInText(line);
  if (most === "harmless" || (most === "weak" && !LONG_WORD.test(line))) return [];
  return findInText(line).filter((span) => isSure(line, span));
}

/** A weak name's value is one for certain. */
const LONG_WORD = /[\w+/=-]{20}/;

function isSure(line: string, span: SecretSpan): boolean {
  const value = line.slice(span.start, span.end);
  const before = line.slice(0, span.start);
  if (/[{}[\]()<>$`]|\*\*/.test(value) || /^#[0-9a-f]{3,8}$/i.test(value)) return false;
  if (/^\s*(?:export\s+)?[A-Z][A-Z0-9_]*=["']?$/.test(before) && isSecretName(span.name)) return true;
  if (/ (?:SQL|ACL|login)$/.test(span.name)) return true;
  if (span.name === "Authorization") return /(?:Basic|Bearer|Token)\s+$/i.test(before) && looksTyped(value);
  if (/^\s*(?:requirepass|masterauth)\s+$/.test(before)) return true;
  if (!isSecretName(span.name)) return isSureWeak(span.name, value);
  return looksTyped(value) && !isIdentifier(value) && (isQuoted(before) || isWholeLine(line, span));
}

/** "SSL_KEY", not "keyword" or "signature_method"; no name of an algorithm. */
function isSureWeak(name: string, value: string): boolean {
  return (
    /(?:^|[_-])(?:key|salt|auth)$/i.test(name) && /^[\w+/=-]{20,}$/.test(value) && isRandom(value) && (value.match(/\d/g)?.length ?? 0) >= 4
  );
}

/** `module.name`, `SOME_CONSTANT`. */
function isIdentifier(value: string): boolean {
  return /^[A-Za-z_]\w*(?:\.\w+)+$/.test(value) || /^[A-Z][A-Z0-9]*_[A-Z0-9_]*$/.test(value);
}

function isQuoted(before: string): boolean {
  return /["']$/.test(before);
}

/** A setting by itself in its line, as no programming language has it. */
function isWholeLine(line: string, span: SecretSpan): boolean {
  return (
    /^\s*(?:-\s+|export\s+|set\s+|\/\/\S*:)?["']?[\w.-]+["']?\s*[:=]+>?\s*$/.test(line.slice(0, span.start)) &&
    /^\s*(?:#.*)?$/.test(line.slice(span.end))
  );
}

/** Documents show keys and addresses too: `-----BEGIN PRIVATE KEY-----` alone is none, nor is `https://user:password@host`. */
function isSureShape(text: string, span: SecretSpan): boolean {
  const value = text.slice(span.start, span.end);
  if (span.name === "private key") return /^[^"'`]{0,400}?[A-Za-z0-9+/]{24}/.test(value);
  return span.name !== "password in a URL" || (isTelling(value) && !/[[\]{}<>]/.test(value));
}
