import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { isSecretName } from "../../format/secret/secret-name.ts";

/** Throws `secret-on-command-line` where a word is NAME=VALUE and the name is that of a secret. */
export function refuseSecret(word: string): void {
  const at = word.indexOf("=");
  const name = word.slice(0, at);
  if (at <= 0 || at === word.length - 1 || !isSecretName(name)) return;
  throw new CooperError(
    "secret-on-command-line",
    `the value of ${name} looks like a secret, and command lines are seen by others and kept in histories`,
    {
      hint: `Give its name alone to take it over from here (cooper dev export ${name}), or a file: cooper dev export --env-file FILE`,
      exit: EXIT.usage,
    },
  );
}
