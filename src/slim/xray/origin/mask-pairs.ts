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
