import type { ShellCommand, ShellRedirection } from "../../../format/shell/commands.ts";
import { baseName } from "../words/expand-word.ts";

const TRUNCATING: ReadonlySet<string> = new Set([">", ">|", "&>", ">&"]);
const COPYING: ReadonlySet<string> = new Set(["cp", "mv", "install", "ln"]);

/** `curl`, `wget`: go on where the file ends. */
const CONTINUING = /^(?:-[A-Za-z]*[cC]|--continue|--continue-at)$/u;

/** `dd`: what lies before, or is not reached, stays. */
const DD_PARTIAL = /^(?:conv=.*notrunc|oflag=.*append|seek=|oseek=)/u;

/** `cp`, `mv`: may leave a target as it is, or keep it under another name. */
const SPARING = /^(?:-[a-zA-Z]*[nub][a-zA-Z]*|--no-clobber|--update.*|--backup.*)$/u;

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
    return texts.some((text) => CONTINUING.test(text))
      ? []
      : texts.filter((_, index) => /^-(?:o|O|-output|-output-document)$/u.test(texts[index - 1] ?? ""));
  if (name === "dd")
    return texts.some((text) => DD_PARTIAL.test(text)) ? [] : texts.flatMap((text) => (text.startsWith("of=") ? [text.slice(3)] : []));
  if (name === null || !COPYING.has(name) || texts.some((text) => SPARING.test(text))) return [];
  const target = plain.at(-1) ?? "";
  return [target, ...plain.slice(0, -1).map((source) => `${target}/${baseName(source)}`)];
}
