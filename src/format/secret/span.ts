/** A part of a text that is a secret; `name` says which ("DB_PASSWORD"). */
export interface SecretSpan {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** The spans in order, those inside, across or beside another one united with it. */
export function uniteSpans(spans: readonly SecretSpan[]): SecretSpan[] {
  const united: SecretSpan[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = united.at(-1);
    if (last === undefined || span.start > last.end) united.push(span);
    else if (span.end > last.end) united[united.length - 1] = { ...last, end: span.end };
  }
  return united;
}

/** What is put in a secret's place. */
export const MASK = "***";

/** The text with each (united) span replaced by the mask. */
export function replaceSpans(text: string, spans: readonly SecretSpan[]): string {
  let result = "";
  let at = 0;
  for (const { start, end } of spans) {
    result += text.slice(at, start) + MASK;
    at = end;
  }
  return result + text.slice(at);
}

/** The span without the quotes around all of it. */
export function withoutQuotes(text: string, span: SecretSpan): SecretSpan {
  const raw = text.slice(span.start, span.end);
  const opening = /^\$?(["'])/.exec(raw);
  const quote = opening?.[1];
  if (opening === null || quote === undefined || raw.length <= opening[0].length) return span;
  const isClosed = raw.endsWith(quote);
  return { ...span, start: span.start + opening[0].length, end: isClosed ? span.end - 1 : span.end };
}
