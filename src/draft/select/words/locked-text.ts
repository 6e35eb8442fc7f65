import { readRedirections } from "../../../format/shell/commands.ts";
import { joinLinks, readLinks } from "../../../format/shell/links.ts";
import { readUse } from "../../../format/shell/variables.ts";
import { resolvePath } from "./expand-word.ts";
import type { Work } from "../judge/work.ts";

const MASK = "***";

/** A hash of MariaDB's that belongs to no password. */
const NO_PASSWORD = `*${"0".repeat(40)}`;

/**
 * The text of a Step that makes an account with a masked password, so that it makes the account with none that lets anybody in, or
 * without the commands of its list that hold the secret; null where nothing is masked or where that is not known to be possible.
 */
export function lockedText(work: Work): string | null {
  const { ran, secrets } = work.timed.step;
  const isAsked = secrets.length > 0 || (ran.includes("createuser") && /\bcreateuser\s.*(?:-P|--pwprompt)\s/u.test(ran));
  if (!isAsked && !ran.includes(MASK)) return null;
  const text = lockDatabase(lockAccount(ran, work), work);
  if (text !== ran && !text.includes(MASK)) return text;
  return text.includes(MASK) ? withoutSecretLinks(text) : null;
}

/** The files that the left-out commands of a list write. */
export function secretTargets({ timed: { step } }: Work): readonly string[] {
  if (!step.ran.includes(MASK)) return [];
  const secret = (readLinks(step.ran) ?? []).filter(({ text }) => text.includes(MASK));
  return secret.flatMap(({ text }) => writtenBy(text)).map((word) => resolvePath(word, step.cwd));
}

function writtenBy(text: string): string[] {
  return readRedirections(text).flatMap(({ target }) => target?.value ?? []);
}

/** A list of commands without those that hold a secret, and without those that speak of the files these write. */
function withoutSecretLinks(text: string): string | null {
  const links = readLinks(text) ?? [];
  const secret = links.filter((link) => link.text.includes(MASK));
  if (secret.some((link) => readUse(link.text).assigns.length > 0)) return null;
  const written = secret.flatMap((link) => writtenBy(link.text));
  const rest = links.filter((link) => !secret.includes(link) && !written.some((word) => link.text.includes(word)));
  return rest.length === 0 || secret.length === 0 ? null : joinLinks(rest);
}

/** `useradd -p HASH` with a hash that no password has. */
function lockAccount(text: string, { words }: Work): string {
  if (!/(?:^|\s)(?:-p|--password)(?:\s|=)\s*\S*\*\*\*/u.test(text) || !(words.names.has("useradd") || words.names.has("usermod")))
    return text;
  return text.replaceAll(/(["']?)\*\*\*\1/gu, "'*'");
}

/** `PASSWORD '…'` of PostgreSQL, `IDENTIFIED BY '…'` of MariaDB, `createuser -P`. */
function lockDatabase(text: string, { words }: Work): string {
  const names = words.names;
  if (names.has("psql")) return replaceQuoted(text, /(?:\b(?:un)?encrypted\s+)?\bpassword\s+/giu, () => "PASSWORD NULL");
  if (names.has("createuser")) return text.replace(/(\bcreateuser\s(?:[^;|&]*\s)?)(?:-P|--pwprompt)\s/u, "$1");
  if (names.has("mariadb") || names.has("mysql"))
    return replaceQuoted(text, /\bidentified\s+by\s+/giu, (quote) => `IDENTIFIED BY PASSWORD ${quote}${NO_PASSWORD}${quote}`);
  return text;
}

/** Replaces `lead`, the mask and the quotes around it, however they are escaped. */
function replaceQuoted(text: string, lead: RegExp, replacement: (quote: string) => string): string {
  const masked = new RegExp(`${lead.source}((?:\\\\*['"])*)\\*\\*\\*((?:\\\\*['"])*)`, lead.flags);
  return text.replaceAll(masked, (whole: string, quote: string, rest: string) =>
    rest.startsWith(quote) ? replacement(quote) + rest.slice(quote.length) : whole,
  );
}
