import { findInOutput, isWithinSetting } from "./find-in-file.ts";
import { findShapes } from "./find-shapes.ts";
import { findKnown } from "./known-values.ts";
import { replaceSpans, uniteSpans } from "./span.ts";

/** Masks a stream piece by piece; what may be the beginning of a secret is held back until the next piece or `flush`. */
export interface StreamMasker {
  (chunk: string): string;
  flush(): string;
}

/** More is never held back. */
const LONGEST = 8192;

/** A masker for the known values (the list may grow while it works), tokens of a known look, private keys and lines that set a password. */
export function createStreamMasker(known: readonly string[]): StreamMasker {
  let held = "";
  const mask = (chunk: string): string => {
    const text = held + chunk;
    const safe = text.length - heldLength(text, known);
    held = text.slice(safe);
    return maskOutput(text.slice(0, safe), known);
  };
  const flush = (): string => {
    const rest = maskOutput(held, known);
    held = "";
    return rest;
  };
  return Object.assign(mask, { flush });
}

/** The text with the known values and all tokens of a known look masked: for output, where nothing else can be told. */
export function maskKnown(text: string, known: readonly string[]): string {
  return replaceSpans(text, uniteSpans([...findKnown(text, known), ...findShapes(text)]));
}

function maskOutput(text: string, known: readonly string[]): string {
  return replaceSpans(text, uniteSpans([...findKnown(text, known), ...findShapes(text), ...findInOutput(text)]));
}

function heldLength(text: string, known: readonly string[]): number {
  const key = text.lastIndexOf("-----BEGIN ");
  if (key !== -1 && text.length - key < LONGEST && !/-----END [A-Z0-9 ]*-----/.test(text.slice(key))) return text.length - key;
  if (isWithinSetting(text)) return text.length - text.lastIndexOf("\n") - 1;
  const token = /[\w.$+/=:@-]{1,1024}$/.exec(text.slice(-1024))?.[0].length ?? 0;
  return Math.max(token, ...known.map((value) => beginningAtEnd(text, value)));
}

/** How many of the value's first characters the text ends with (all of it too: what follows decides if it is a word). */
function beginningAtEnd(text: string, value: string): number {
  for (let length = Math.min(value.length, text.length); length > 0; length--) {
    if (text.endsWith(value.slice(0, length))) return length;
  }
  return 0;
}
