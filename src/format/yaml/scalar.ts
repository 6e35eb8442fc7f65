/** Which YAML a file was written for: "1.2", with what the older version reads otherwise refused, or "1.1" as older tools read it. */
export type YamlDialect = "1.2" | "1.1";

export type PlainScalar = { readonly value: string | number | boolean | null } | { readonly trap: string; readonly hint: string };

const NULL = /^(~|null|Null|NULL)?$/u;
const TRUE = /^(true|True|TRUE)$/u;
const FALSE = /^(false|False|FALSE)$/u;
const YES = /^(yes|Yes|YES|on|On|ON)$/u;
const NO = /^(no|No|NO|off|Off|OFF)$/u;
const INTEGER = /^-?(0|[1-9][0-9]*)$/u;
const FRACTION = /^[-+]?([0-9]+\.[0-9]*|\.[0-9]+)$/u;
const OCTAL = /^[-+]?0o?[0-7_]+$/u;
const SEXAGESIMAL = /^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$/u;
const OTHER_NUMBER =
  /^[-+]?(0x[0-9a-fA-F_]+|0b[01_]+|[0-9][0-9_]*_[0-9_]*|[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+|\+[0-9]+|\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/u;

/**
 * The value of an unquoted scalar. A fraction stays the text that it is, so that a version 1.10 does not become 1.1. What YAML 1.1 and 1.2
 * read as different values is a trap; in dialect 1.1 it has the value that older tools gave it.
 */
export function readPlain(source: string, dialect: YamlDialect): PlainScalar {
  if (NULL.test(source)) return { value: null };
  if (TRUE.test(source)) return { value: true };
  if (FALSE.test(source)) return { value: false };
  if (INTEGER.test(source)) return Number.isSafeInteger(Number(source)) ? { value: Number(source) } : { value: source };
  if (FRACTION.test(source)) return { value: source };
  return dialect === "1.1" ? readOld(source) : readTrap(source);
}

function readOld(source: string): PlainScalar {
  if (YES.test(source)) return { value: true };
  if (NO.test(source)) return { value: false };
  if (SEXAGESIMAL.test(source)) return trap(source, "a number to the base of 60");
  return { value: source };
}

function readTrap(source: string): PlainScalar {
  if (YES.test(source))
    return { trap: `${source} is a text for some readers and true for others`, hint: `Write true, or "${source}" for the text.` };
  if (NO.test(source))
    return { trap: `${source} is a text for some readers and false for others`, hint: `Write false, or "${source}" for the text.` };
  if (OCTAL.test(source)) return trap(source, "an octal number");
  if (SEXAGESIMAL.test(source)) return trap(source, "a number to the base of 60");
  if (OTHER_NUMBER.test(source)) return trap(source, "a number");
  return { value: source };
}

function trap(source: string, what: string): PlainScalar {
  return { trap: `${source} is ${what} for some readers`, hint: `Write it in quotes: "${source}".` };
}
