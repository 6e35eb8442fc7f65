import { isSecretName, secretNameKind } from "../../../format/secret/secret-name.ts";
import { isPlaceholder, isRandom, isSecretValue } from "../../../format/secret/secret-value.ts";
import { MASK } from "../../../format/secret/span.ts";

/** True for a variable whose value is a secret. */
export function isSecretPair(name: string, value: string): boolean {
  if (value === "" || value === MASK || isPlaceholder(value)) return false;
  return isSecretName(name) || isSecretValue(value) || (secretNameKind(name) === "weak" && isRandom(value));
}

/** "NAME=value" with the value masked where it is a secret. */
export function maskPair(pair: string): string {
  const at = pair.indexOf("=");
  return at > 0 && isSecretPair(pair.slice(0, at), pair.slice(at + 1)) ? `${pair.slice(0, at)}=${MASK}` : pair;
}

const PAIR = /([A-Za-z_][\w.-]*)=("(?:[^"\\]|\\.)*"|'[^']*'|(?:\\.|[^\s"'\\])*)/g;

/** The pairs of an ENV, ARG or LABEL as a history writes them, secret values masked. A single pair may have spaces without quotes. */
export function maskPairs(text: string): string {
  const single = /^([A-Za-z_][\w.-]*)=([^"'=]*\s[^"'=]*)$/s.exec(text);
  if (single !== null) return maskedQuoted(single[1] ?? "", single[2] ?? "");
  return text.replace(PAIR, (pair: string, name: string, value: string) =>
    isSecretPair(name, value.replace(/^(["'])(.*)\1$/s, "$2")) ? `${name}=${MASK}` : pair,
  );
}

function maskedQuoted(name: string, value: string): string {
  return isSecretPair(name, value) ? `${name}=${MASK}` : `${name}=${JSON.stringify(value)}`;
}
