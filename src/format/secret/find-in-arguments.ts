import { baseNameOf, actingWords } from "./command-name.ts";
import { secretNameKind } from "./secret-name.ts";
import { isPlaceholder, isRandom } from "./secret-value.ts";
import type { ShellCommand, ShellWord } from "./shell-words.ts";
import { type SecretSpan, withoutQuotes } from "./span.ts";
import { ARGUMENT_RULES, type ArgumentRule, ASKING_COMMANDS, SETTING_COMMANDS } from "./tables/commands.ts";

/** Most words are no command of any rule; this says so at once. */
const ANY_COMMAND = new RegExp(ARGUMENT_RULES.map((rule) => rule.command.source).join("|"));

/** Secrets in the arguments of one command: by the command's own options, and by options and settings with a telling name. */
export function findInArguments(text: string, command: ShellCommand): SecretSpan[] {
  const words = actingWords(command);
  const rules = words.some((word) => ANY_COMMAND.test(baseNameOf(word.value))) ? ARGUMENT_RULES : [];
  const spans = [...rules.flatMap((rule) => findByRule(text, words, rule)), ...findByName(text, words)];
  return spans.filter((span) => !isPlaceholder(text.slice(span.start, span.end)));
}

function findByRule(text: string, all: readonly ShellWord[], rule: ArgumentRule): SecretSpan[] {
  const at = all.findIndex((word) => rule.command.test(baseNameOf(word.value)));
  const program = all[at];
  if (program === undefined) return [];
  const name = `argument of ${baseNameOf(program.value)}`;
  const words = all.slice(at + 1);
  const wordAt = rule.word === undefined ? -1 : words.findIndex((word) => rule.word?.test(word.value));
  if (rule.word !== undefined && wordAt === -1) return [];
  const found = rule.option === undefined ? chooseArgument(words.slice(wordAt + 1), rule) : chooseOption(words, rule.option, rule.form);
  return found.flatMap((range) => secretOf(text, { ...range, name }, rule.behind));
}

function chooseArgument(words: readonly ShellWord[], rule: ArgumentRule): { start: number; end: number }[] {
  const plain = words.filter((word) => !word.value.startsWith("-"));
  const chosen = rule.argument === "last" ? plain.at(-1) : plain[rule.argument ?? 0];
  return chosen === undefined ? [] : [chosen];
}

function chooseOption(words: readonly ShellWord[], option: string, form: ArgumentRule["form"]): { start: number; end: number }[] {
  return words.flatMap((word, index) => {
    const next = words[index + 1];
    if (word.raw === option || endsCluster(word.raw, option)) return form === "attached" || next === undefined ? [] : [next];
    const isAttached = form !== "next" && word.raw.startsWith(option) && word.raw.length > option.length;
    return isAttached ? [{ start: word.start + option.length, end: word.end }] : [];
  });
}

/** `curl -su me:secret`: short options in one word, the last of which takes the next word. */
function endsCluster(word: string, option: string): boolean {
  return /^-\w$/.test(option) && !word.startsWith(option) && /^-[A-Za-z]{2,8}$/.test(word) && word.endsWith(option.slice(1));
}

function secretOf(text: string, span: SecretSpan, behind: string | undefined): SecretSpan[] {
  const inner = withoutQuotes(text, span);
  if (behind === undefined) return inner.end > inner.start ? [inner] : [];
  const at = text.slice(inner.start, inner.end).indexOf(behind);
  return at === -1 || inner.start + at + 1 >= inner.end ? [] : [{ ...inner, start: inner.start + at + 1 }];
}

/** `--password VALUE`, `-storepass VALUE`, `config set requirepass VALUE`, `login me password VALUE`. */
function findByName(text: string, words: readonly ShellWord[]): SecretSpan[] {
  const asks = words.some((word) => ASKING_COMMANDS.test(baseNameOf(word.value)));
  return words.flatMap((word, index) => {
    const value = words[index + 1];
    if (value === undefined || value.value.startsWith("-") || !bringsValue(words, index, asks)) return [];
    const span = withoutQuotes(text, { start: value.start, end: value.end, name: word.value });
    const isSecret = secretNameKind(word.value) === "secret" || isRandom(text.slice(span.start, span.end));
    return isSecret ? [withoutPass(text, span)] : [];
  });
}

function bringsValue(words: readonly ShellWord[], index: number, asks: boolean): boolean {
  const word = words[index]?.value ?? "";
  if (!/^[\w./:-]{1,200}$/.test(word) || secretNameKind(word) === "harmless") return false;
  if (/^--?[A-Za-z]/.test(word)) return !asks && word.length > 2;
  const before = words[index - 1]?.value.toLowerCase() ?? "";
  return SETTING_COMMANDS.has(word.toLowerCase()) || SETTING_COMMANDS.has(before);
}

/** openssl's `-passin pass:SECRET`. */
function withoutPass(text: string, span: SecretSpan): SecretSpan {
  return text.startsWith("pass:", span.start) ? { ...span, start: span.start + "pass:".length } : span;
}
