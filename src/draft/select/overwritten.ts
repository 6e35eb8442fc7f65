import type { ShellCommand, ShellRedirection } from "../../format/shell/commands.ts";
import { baseName } from "./expand-word.ts";

const TRUNCATING: ReadonlySet<string> = new Set([">", ">|", "&>", ">&"]);
const COPYING: ReadonlySet<string> = new Set(["cp", "mv", "install", "ln"]);

/** The words (as typed) that name files whose content a text writes anew, whatever was in them. */
export function overwrittenBy(redirections: readonly ShellRedirection[], commands: readonly ShellCommand[]): string[] {
  const redirected = redirections.flatMap(({ operator, target }) => (TRUNCATING.has(operator) && target !== null ? [target.text] : []));
  return [...redirected, ...commands.flatMap(overwrittenByCommand)];
}

function overwrittenByCommand({ name, words }: ShellCommand): string[] {
  const texts = words.slice(1).map((word) => word.text);
  const plain = texts.filter((text) => !text.startsWith("-"));
  if (name === "tee" && !texts.some((text) => text === "--append" || /^-[a-z]*a/u.test(text))) return plain;
  if (name === "curl" || name === "wget")
    return texts.filter((_, index) => /^-(?:o|O|-output|-output-document)$/u.test(texts[index - 1] ?? ""));
  if (name === "dd") return texts.flatMap((text) => (text.startsWith("of=") ? [text.slice(3)] : []));
  if (name === null || !COPYING.has(name)) return [];
  const target = plain.at(-1) ?? "";
  return [target, ...plain.slice(0, -1).map((source) => `${target}/${baseName(source)}`)];
}
