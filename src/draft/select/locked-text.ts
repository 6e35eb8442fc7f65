import type { Work } from "./work.ts";

const MASK = "***";

/** A hash of MariaDB's that belongs to no password. */
const NO_PASSWORD = `*${"0".repeat(40)}`;

/**
 * The text of a Step that makes an account with a masked password, so that it makes the account with none that lets anybody in; null
 * where nothing is masked or where that is not known to be possible.
 */
export function lockedText(work: Work): string | null {
  const { ran, secrets } = work.timed.step;
  const isAsked = secrets.length > 0 || /\bcreateuser\s.*(?:-P|--pwprompt)\s/u.test(ran);
  if (!isAsked && !ran.includes(MASK)) return null;
  const text = lockDatabase(lockAccount(ran, work), work);
  return text === ran || text.includes(MASK) ? null : text;
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
