import { collectSecretValues, findSecrets } from "./mask-text.ts";
import { findKnown } from "./known-values.ts";
import { isSecretName } from "./secret-name.ts";
import { isPlaceholder, isTelling } from "./secret-value.ts";
import { replaceSpans, type SecretSpan, uniteSpans } from "./span.ts";

export interface MaskedArguments {
  readonly argv: readonly string[];
  /** Names of what was masked, never values. */
  readonly secrets: readonly string[];
}

/** The arguments of a program with `***` in the place of every secret. */
export function maskArguments(argv: readonly string[], known: readonly string[] = []): MaskedArguments {
  const { text, starts } = asCommandLine(argv);
  const settings = argv.flatMap((word, index) => findSetting(word, starts[index] ?? 0));
  const spans = uniteSpans([...settings, ...findSecrets(text), ...findKnown(text, known)]);
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
  const settings = argv.flatMap((word) => findSetting(word, 0).map(({ start, end }) => word.slice(start, end)));
  return [...new Set([...settings.filter(isTelling), ...collectSecretValues(asCommandLine(argv).text)])];
}

/** `NAME=value` and `--name=value`: no shell stands between, so the value goes to the end of the argument. */
function findSetting(word: string, start: number): SecretSpan[] {
  const [all, name = "", value = ""] = /^-{0,2}([\w.-]{1,100})=(.*)$/s.exec(word) ?? [];
  if (all === undefined || !isSecretName(name) || isPlaceholder(value)) return [];
  return [{ start: start + word.length - value.length, end: start + word.length, name }];
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
