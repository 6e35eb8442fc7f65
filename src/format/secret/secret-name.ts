import { ABOUT_WORDS, HARMLESS_NAMES, SECRET_ENDING, SECRET_PAIRS, SECRET_WORDS, SWITCH_WORDS, WEAK_WORDS } from "./tables/names.ts";

/** True for the name of a variable, setting or option that says its value is a secret ("DB_PASSWORD", "apiKey", "--token"). */
export function isSecretName(name: string): boolean {
  return secretNameKind(name) === "secret";
}

/** `weak`: the value is a secret where it looks random ("SSL_KEY", "salt"). */
export type SecretNameKind = "secret" | "weak" | "harmless";

/** What the name says of its value; files repeat their names a thousand times. */
export function secretNameKind(name: string): SecretNameKind {
  const known = judged.get(name);
  if (known !== undefined) return known;
  if (judged.size >= MOST_JUDGED) judged.clear();
  const kind = judge(name);
  judged.set(name, kind);
  return kind;
}

const MOST_JUDGED = 5000;
const judged = new Map<string, SecretNameKind>();

function judge(name: string): SecretNameKind {
  const bare = name.replace(/^[-/:_.]+/, "");
  if (HARMLESS_NAMES.has(bare.toLowerCase())) return "harmless";
  const words = wordsOf(bare);
  const at = words.findIndex((word, index) => isSecretWord(words, word, index));
  if (at === -1) return words.some((word) => WEAK_WORDS.has(word)) && !words.includes("public") ? "weak" : "harmless";
  const isSwitch = words.slice(0, at).some((word) => SWITCH_WORDS.has(word));
  const isAbout = words.slice(at + 1).some((word) => ABOUT_WORDS.has(word));
  return isSwitch || isAbout ? "harmless" : "secret";
}

function isSecretWord(words: readonly string[], word: string, index: number): boolean {
  return SECRET_WORDS.has(word) || SECRET_ENDING.test(word) || SECRET_PAIRS.has(`${word} ${words[index + 1] ?? ""}`);
}

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}
