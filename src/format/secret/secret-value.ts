import { findShapes } from "./find-shapes.ts";
import { COMMON_VALUES, HARMLESS_VALUES } from "./tables/names.ts";

/** True for a value that is a secret whatever its name: a token of a known look, a private key, a URL with a password. */
export function isSecretValue(value: string): boolean {
  return findShapes(value).length > 0;
}

/** True where the text only stands for a value: a variable, a command's output, a place holder, a path, a word like "none". */
export function isPlaceholder(value: string): boolean {
  if (value.length === 0 || HARMLESS_VALUES.has(value.toLowerCase()) || /^\*+$/.test(value) || /^\d{1,2}$/.test(value)) return true;
  if (/^\$(?:\w+|\{[^}]*\}|\(.*\)?)$/s.test(value) || /^`.*`?$/s.test(value)) return true;
  if (/^<.*>$|^\{\{.*\}\}$|^%[sdv({]|^\[.*\]$/s.test(value)) return true;
  if (
    /^(?:file|env|fd|stdin):|^(?:id|type|src|source|env)=|^(?:os|process|self|this|config|settings|request|args|options|ENV)[.[]/.test(
      value,
    )
  )
    return true;
  return /^(?:~|\.{1,2})?(?:\/[\w.@-]+)+\/?$/.test(value) && !isRandom(value);
}

/** True for a text that nobody types: long, of mixed kinds of characters, with no pattern. */
export function isRandom(value: string): boolean {
  return value.length >= 16 && /\d/.test(value) && /[A-Za-z]/.test(value) && !/\s/.test(value) && entropy(value) > 3;
}

/** True for what is taken for a password where code and prose stand beside it: more than letters, and no identifier. */
export function looksTyped(value: string): boolean {
  return value.length >= 6 && !/\s/.test(value) && (/[^\w.:/-]/.test(value) || (/\d/.test(value) && /[A-Za-z]/.test(value)));
}

/** True where masking the value everywhere hides a secret and not half of the text. */
export function isTelling(value: string): boolean {
  if (COMMON_VALUES.has(value.toLowerCase()) || isPlaceholder(value)) return false;
  return value.length >= 8 || (value.length >= 5 && /[^a-z]/.test(value) && !/^\d+$/.test(value));
}

/** Bits a character. */
function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}
