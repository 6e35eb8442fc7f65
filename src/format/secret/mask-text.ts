import { findInCommands } from "./find-in-commands.ts";
import { findInText } from "./find-in-text.ts";
import { findShapes } from "./find-shapes.ts";
import { findKnown } from "./known-values.ts";
import { isTelling } from "./secret-value.ts";
import { replaceSpans, type SecretSpan, uniteSpans } from "./span.ts";

export interface MaskedText {
  readonly text: string;
  /** Names of what was masked ("DB_PASSWORD", "input of chpasswd"), never values. */
  readonly secrets: readonly string[];
}

/** The text of a command as typed, with `***` in the place of every secret; also of the `known` values, wherever they stand. */
export function maskText(text: string, known: readonly string[] = []): MaskedText {
  const spans = uniteSpans([...findSecrets(text), ...findKnown(text, known)]);
  return { text: replaceSpans(text, spans), secrets: [...new Set(spans.map((span) => span.name))] };
}

/** The secrets of a typed text themselves, to be masked in all that follows. Words that are in every text ("root") are left out. */
export function collectSecretValues(text: string): string[] {
  const values = uniteSpans(findSecrets(text)).flatMap((span) => valuesOf(text, span));
  return [...new Set(values.filter(isTelling))];
}

function valuesOf(text: string, span: SecretSpan): string[] {
  if (span.name === "private key") return [];
  const raw = text.slice(span.start, span.end);
  const plain = raw.replace(/\\(.)/gs, "$1");
  return plain === raw ? [raw] : [raw, plain];
}

/** Every secret of a typed text. */
export function findSecrets(text: string): SecretSpan[] {
  return [...findInCommands(text), ...findInText(text), ...findShapes(text)];
}
