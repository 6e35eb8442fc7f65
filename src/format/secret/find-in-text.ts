import { secretNameKind } from "./secret-name.ts";
import { isPlaceholder, isRandom } from "./secret-value.ts";
import type { SecretSpan } from "./span.ts";

const QUOTED = `'(?<single>[^'\\n]*)'|"(?<double>(?:[^"\\\\\\n]|\\\\.)*)"`;
// What begins like a pattern is one: of `s/password=.*/password=x/` the second is the secret.
const BARE = `(?<bare>(?!\\.[*+]|\\[\\^)(?:\\$\\{[^}\\n]{0,200}\\}|\\$\\([^)\\n]{0,200}\\)|\\\\.|[^\\s'"\`;|&<>(),])+)(?=[\\s'"\`;|&<>),]|$)`;
const ASSIGNMENT = new RegExp(
  `(?<![\\w.$-])(?<open>\\\\?["']?)(?<name>-{0,2}\\$?[A-Za-z_][\\w.-]{0,80})\\k<open>\\]?[ \\t]{0,20}(?<sign>=>|:=|\\+=|==?|:)[ \\t]{0,20}(?:\\$(?=["']))?(?:\\\\["'](?<escaped>[^"'\\\\\\n]+)\\\\["']|${QUOTED}|${BARE})`,
  "dg",
);
const DEFINE = /\bdefine\(\s{0,5}(?<q1>["'])(?<name>\w{1,80})\k<q1>\s{0,5},\s{0,5}(?<q2>["'])(?<secret>[^\n"']+)\k<q2>/dg;
const AUTHORIZATION =
  /\b(?:Proxy-)?Authorization\s{0,5}["']?\s{0,5}[:=]\s{0,5}["']?(?:(?:Basic|Bearer|Token|Digest|ApiKey|Negotiate|GenieKey)\s{1,5})?(?<secret>[^\s'"]{3,})/dgi;
const SQL =
  /\b(?:PASSWORD(?:\s{1,5}FOR\s{1,5}\S{1,80})?|IDENTIFIED(?:\s{1,5}WITH\s{1,5}\S{1,80})?\s{1,5}(?:BY|AS)(?:\s{1,5}PASSWORD)?)(?:\s{0,5}[=(]\s{0,5}|\s{1,5})(?:PASSWORD\s{0,5}\(\s{0,5})?E?(?<quote>'"'"'|'\\''|\\"|\\'|''|'|"|\$\w{0,20}\$)(?<secret>(?:(?!\k<quote>)[^\n]){1,200})\k<quote>/dgi;
const NETRC = /\blogin\s{1,5}\S{1,100}\s{1,5}password\s{1,5}(?<secret>[^\s'"]{1,200})/dg;
const SETTING_LINE = /^[ \t]*(?<name>requirepass|masterauth|\w{0,40}password)[ \t]{1,20}(?<secret>[^\s'"#=:;(){}<>]+)[ \t]*;?$/dgm;
const REDIS_ACL = /\bSETUSER\b[^\n]{0,200}?\s>(?<secret>[^\s'"]+)/dgi;

/** Secrets known by what stands before them: `name = value` of any language, headers, SQL, settings. */
export function findInText(typed: string): SecretSpan[] {
  // What printf and echo -e make of it; every place stays where it is.
  const text = typed.replaceAll(/(?<!\\)\\[nrt]/g, "\n ");
  const spans = [
    ...findAssignments(text),
    ...findNamed(text, DEFINE, null),
    ...findNamed(text, AUTHORIZATION, "Authorization"),
    ...findNamed(text, NETRC, "password of a login"),
    ...findNamed(text, SQL, "password in SQL"),
    ...findNamed(text, REDIS_ACL, "password in an ACL"),
    ...findNamed(text, SETTING_LINE, "password"),
  ];
  return spans.filter((span) => !isPlaceholder(text.slice(span.start, span.end)));
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
  const groups = match.indices?.groups;
  const range = groups?.["escaped"] ?? groups?.["single"] ?? groups?.["double"] ?? groups?.["bare"];
  // `pass: ok` is what tests print.
  if (range === undefined || (/^pass$/i.test(name) && match.groups?.["sign"] === ":")) return null;
  return { start: range[0], end: range[1], name: name.replace(/^[-$]+/, "") };
}

/** In sed's `s/x/password=secret/` the last slash is not the password's. */
function withoutDelimiter(text: string, span: SecretSpan, nameStart: number): SecretSpan {
  const delimiter = /\bs([/|#,])[^\n]*$/.exec(text.slice(Math.max(0, nameStart - 300), nameStart))?.[1];
  const at = delimiter === undefined ? -1 : text.slice(span.start, span.end).lastIndexOf(delimiter);
  return at > 0 ? { ...span, end: span.start + at } : span;
}
