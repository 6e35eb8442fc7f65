import { quoteWord } from "../../../format/shell/quote.ts";
import type { DraftInput } from "../../model.ts";
import type { Work } from "../judge/work.ts";

/** `adduser NAME` with its questions answered as they were; null for any other text. The password is locked: it was typed unseen. */
export function answeredAdduser(work: Work, readText: DraftInput["readText"]): string | null {
  const { step } = work.timed;
  const passwd = work.changes.find(({ path }) => path === "/etc/passwd")?.after?.hash;
  if (passwd === undefined) return null;
  const command = work.words.commands.find(({ name }) => name === "adduser" || name === "/usr/sbin/adduser");
  const first = command?.words[0];
  if (
    command === undefined ||
    first === undefined ||
    passwd === undefined ||
    !command.isInText ||
    step.ran.slice(first.pos, first.end) !== first.text
  )
    return null;
  const rest = command.words.slice(1).map(({ text }) => text);
  const names = rest.filter((word) => !word.startsWith("-"));
  if (rest.some((word) => /^--(?:system|group)$|^-D$|^-S$/u.test(word)) || isGroupCall(names, rest)) return null;
  const flags = [
    ...(rest.some((word) => /^--disabled-(?:password|login)$/u.test(word)) ? [] : ["--disabled-password"]),
    ...(rest.some((word) => word.startsWith("--gecos") || word.startsWith("--comment"))
      ? []
      : ["--gecos", quoteWord(commentOf(names.at(-1) ?? "", readText(passwd)))]),
  ];
  return flags.length === 0 ? null : `${step.ran.slice(0, first.end)} ${flags.join(" ")}${step.ran.slice(first.end)}`;
}

/** `adduser USER GROUP` asks nothing. */
function isGroupCall(names: readonly string[], rest: readonly string[]): boolean {
  return names.length === 2 && rest.length === 2;
}

/** The fifth field of the account's line. */
function commentOf(name: string, passwd: string | null): string {
  const line = passwd?.split("\n").find((text) => text.startsWith(`${name}:`));
  return line?.split(":")[4] ?? "";
}
