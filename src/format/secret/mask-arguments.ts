import { collectSecretValues, findSecrets } from "./mask-text.ts";
import { findKnown } from "./known-values.ts";
import { replaceSpans, uniteSpans } from "./span.ts";

export interface MaskedArguments {
  readonly argv: readonly string[];
  /** Names of what was masked, never values. */
  readonly secrets: readonly string[];
}

/** The arguments of a program with `***` in the place of every secret. */
export function maskArguments(argv: readonly string[], known: readonly string[] = []): MaskedArguments {
  const { text, starts } = asCommandLine(argv);
  const spans = uniteSpans([...findSecrets(text), ...findKnown(text, known)]);
  const masked = argv.map((word, index) => {
    const start = starts[index] ?? 0;
    const own = spans.filter((span) => span.start >= start && span.end <= start + word.length);
    return replaceSpans(
      word,
      own.map((span) => ({ ...span, start: span.start - start, end: span.end - start })),
    );
  });
  return { argv: masked, secrets: [...new Set(spans.map((span) => span.name))] };
}

/** The secrets of a program's arguments themselves. */
export function collectArgumentSecrets(argv: readonly string[]): string[] {
  return collectSecretValues(asCommandLine(argv).text);
}

/** A text of the same length for each argument, quoted where it must be, so that places in it are places in the argument. */
function asCommandLine(argv: readonly string[]): { text: string; starts: number[] } {
  const starts: number[] = [];
  let text = "";
  for (const word of argv) {
    const isPlain = /^[\w@%+=:,./-]+$/.test(word);
    starts.push(text.length + (isPlain ? 0 : 1));
    text += isPlain ? `${word} ` : `'${word.replaceAll("'", '"')}' `;
  }
  return { text, starts };
}
