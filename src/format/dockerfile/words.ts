import { isUtf8Path } from "../tree/path-bytes.ts";

/** A list of words in JSON form, as CMD, ENTRYPOINT, SHELL, RUN and COPY take it. */
export function jsonWords(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(", ")}]`;
}

/** One word of ENV, LABEL, WORKDIR, USER: quoted where it must be, and nothing in it is expanded. */
export function quoteValue(text: string): string {
  if (/^[A-Za-z0-9_@%+=:,./~-]+$/.test(text)) return text;
  return `"${text.replace(/["\\$]/g, "\\$&")}"`;
}

/** True for a value that an instruction can hold (a newline would end it). */
export function isWritableValue(text: string): boolean {
  return !/[\n\r\0]/.test(text) && isUtf8Path(text);
}
