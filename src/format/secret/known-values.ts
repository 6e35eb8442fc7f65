import type { SecretSpan } from "./span.ts";

/** Where the known values stand in the text as words of their own. */
export function findKnown(text: string, known: readonly string[]): SecretSpan[] {
  return known.flatMap((value) => findValue(text, value));
}

function findValue(text: string, value: string): SecretSpan[] {
  if (value === "") return [];
  const spans: SecretSpan[] = [];
  for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + value.length)) {
    const end = at + value.length;
    if (!continues(text, at) && !continues(text, end)) spans.push({ start: at, end, name: "a value seen before" });
  }
  return spans;
}

/** True where letters or digits stand on both sides of the place: the value is a part of a longer word there. */
function continues(text: string, at: number): boolean {
  return /[A-Za-z0-9]/.test(text.charAt(at - 1)) && /[A-Za-z0-9]/.test(text.charAt(at));
}
