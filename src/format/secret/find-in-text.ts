import { type SecretNameKind, secretNameKind } from "./secret-name.ts";
import { isPlaceholder, isRandom } from "./secret-value.ts";
import type { SecretSpan } from "./span.ts";

const QUOTED = `'(?<single>[^'\\n]*)'|"(?<double>(?:[^"\\\\\\n]|\\\\.)*)"`;
// What begins like a pattern is one: of `s/password=.*/password=x/` the second is the secret.
const BARE = `(?<bare>(?!\\.[*+]|\\[\\^)(?:\\$\\{[^}\\n]{0,200}\\}|\\$\\([^)\\n]{0,200}\\)|\\\\.|[^\\s'"\`;|&<>(),])+)(?=[\\s'"\`;|&<>),]|$)`;
const ASSIGNMENT = new RegExp(
  `(?<![\\w.$-])(?<open>\\\\?["']?)(?<name>-{0,2}\\$?[A-Za-z_][\\w.-]{0,80})\\k<open>\\]?[ \\t]{0,20}(?<sign>=>|:=|\\+=|==?|:)[ \\t]{0,20}(?:\\$(?=["']))?(?:\\\\["'](?<escaped>[^"'\\\\\\n]+)\\\\["']|${QUOTED}|${BARE})`,
  "g",
);
const DEFINE = /\bdefine\(\s{0,5}(?<q1>["'])(?<name>\w{1,80})\k<q1>\s{0,5},\s{0,5}(?<q2>["'])(?<secret>[^\n"']+)\k<q2>/dg;
const AUTHORIZATION =
  /\b(?:Proxy-)?Authorization\s{0,5}["']?\s{0,5}[:=]\s{0,5}["']?(?:(?:Basic|Bearer|Token|Digest|ApiKey|Negotiate|GenieKey)\s{1,5})?(?<secret>[^\s'"]{3,})/dgi;
const SQL =
  /\b(?:PASSWORD(?:\s{1,5}FOR\s{1,5}\S{1,80})?|IDENTIFIED(?:\s{1,5}WITH\s{1,5}\S{1,80})?\s{1,5}(?:BY|AS)(?:\s{1,5}PASSWORD)?)(?:\s{0,5}[=(]\s{0,5}|\s{1,5})(?:PASSWORD\s{0,5}\(\s{0,5})?E?(?<quote>'"'"'|'\\''|\\"|\\'|''|'|"|\$\w{0,20}\$)(?<secret>(?:(?!\k<quote>)[^\n]){1,200})\k<quote>/dgi;
const NETRC = /\blogin\s{1,5}\S{1,100}\s{1,5}password\s{1,5}(?<secret>[^\s'"]{1,200})/dg;
const SETTING_LINE = /^[ \t]*(?<name>requirepass|masterauth|\w{0,40}password)[ \t]{1,20}(?<secret>[^\s'"#=:;(){}<>]+)[ \t]*;?$/dgm;
const REDIS_ACL = /\bSETUSER\b[^\n]{0,200}?\s>(?<secret>[^\s'"]+)/dgi;

/** What each of them cannot be without: most texts have none of these words, and a word is found in a hundredth of the time. */
const NAMED: readonly (readonly [needs: RegExp, pattern: RegExp, name: string | null])[] = [
  [/define\(/, DEFINE, null],
  [/authorization/i, AUTHORIZATION, "Authorization"],
  [/login/, NETRC, "password of a login"],
  [/password|identified/i, SQL, "password in SQL"],
  [/setuser/i, REDIS_ACL, "password in an ACL"],
  [/requirepass|masterauth|password/, SETTING_LINE, "password"],
];
const NAMED_WORD = /define\(|authorization|login|password|identified|setuser|requirepass|masterauth/i;
/** At least each name that an assignment can have; numbered, as named groups take half of the time. */
const NAME_BEFORE_SIGN = /(?<![\w.$-])(-{0,2}\$?[A-Za-z_][\w.-]*)\\?["']?\]?[ \t]{0,20}\+?[=:]/g;

/** Secrets known by what stands before them: `name = value` of any language, headers, SQL, settings. */
export function findInText(typed: string): SecretSpan[] {
  const text = withoutEscapes(typed);
  const spans = kindOfNames(text) === "harmless" ? [] : findAssignments(text);
  for (const [needs, pattern, name] of NAMED) if (needs.test(text)) spans.push(...findNamed(text, pattern, name));
  return spans.filter((span) => !isPlaceholder(text.slice(span.start, span.end)));
}

/** What `findInText` can find at the most, in a tenth of its time: values of secret names, of weak ones (`salt = …`), or nothing. */
export function mostInText(typed: string): SecretNameKind {
  const text = withoutEscapes(typed);
  return NAMED_WORD.test(text) ? "secret" : kindOfNames(text);
}

// What printf and echo -e make of it; every place stays where it is.
function withoutEscapes(typed: string): string {
  return typed.includes("\\") ? typed.replaceAll(/(?<!\\)\\[nrt]/g, "\n ") : typed;
}

function kindOfNames(text: string): SecretNameKind {
  let most: SecretNameKind = "harmless";
  NAME_BEFORE_SIGN.lastIndex = 0;
  for (let match = NAME_BEFORE_SIGN.exec(text); match !== null; match = NAME_BEFORE_SIGN.exec(text)) {
    const kind = secretNameKind(match[1] ?? "");
    if (kind === "secret") return kind;
    if (kind === "weak") most = kind;
  }
  return most;
}

/** Without a name given, the text says it. */
function findNamed(text: string, pattern: RegExp, given: string | null): SecretSpan[] {
  return Array.from(text.matchAll(pattern)).flatMap((match) => {
    const range = match.indices?.groups?.["secret"];
    const name = given ?? match.groups?.["name"] ?? "";
    const isSecret = given !== null || secretNameKind(name) === "secret";
    return range !== undefined && isSecret ? [{ start: range[0], end: range[1], name }] : [];
  });
}

function findAssignments(text: string): SecretSpan[] {
  return Array.from(text.matchAll(ASSIGNMENT)).flatMap((match) => {
    const name = match.groups?.["name"] ?? "";
    const kind = secretNameKind(name);
    if (kind === "harmless") return [];
    const whole = valueSpan(match, name);
    if (whole === null) return [];
    const span = withoutDelimiter(text, whole, match.index);
    const value = text.slice(span.start, span.end);
    if (isCode(match, value)) return [];
    return kind === "secret" || isRandom(value) ? [span] : [];
  });
}

/** `self.token = token`, `token = user.token`, `password = row["pw"]` in a program that is typed into a file. */
function isCode(match: RegExpExecArray, value: string): boolean {
  const name = match.groups?.["name"] ?? "";
  if (value.toLowerCase() === /\w+$/.exec(name)?.[0].toLowerCase()) return true;
  if (/^[A-Za-z_][\w.]*(?:\[$|\[[^\]]*\]$)/.test(value)) return true;
  return /\s[:=]+>?\s/.test(match[0]) && /^[a-z_]\w*(?:\.[A-Za-z_]\w*)+$/.test(value);
}

function valueSpan(match: RegExpExecArray, name: string): SecretSpan | null {
  const { escaped, single, double, bare, sign } = match.groups ?? {};
  const value = escaped ?? single ?? double ?? bare;
  // `pass: ok` is what tests print.
  if (value === undefined || (/^pass$/i.test(name) && sign === ":")) return null;
  const closing = escaped === undefined ? Number(bare === undefined) : 2;
  const end = match.index + match[0].length - closing;
  return { start: end - value.length, end, name: name.replace(/^[-$]+/, "") };
}

/** In sed's `s/x/password=secret/` the last slash is not the password's. */
function withoutDelimiter(text: string, span: SecretSpan, nameStart: number): SecretSpan {
  const delimiter = /\bs([/|#,])[^\n]*$/.exec(text.slice(Math.max(0, nameStart - 300), nameStart))?.[1];
  const at = delimiter === undefined ? -1 : text.slice(span.start, span.end).lastIndexOf(delimiter);
  return at > 0 ? { ...span, end: span.start + at } : span;
}
