import { collectArgumentSecrets } from "../../format/secret/mask-arguments.ts";
import { collectSecretValues } from "../../format/secret/mask-text.ts";
import { isSecretName } from "../../format/secret/secret-name.ts";
import { silentNames } from "../../format/secret/silent-names.ts";
import { isSecretValue, isTelling } from "../../format/secret/secret-value.ts";

/** The secret values that a Session has seen: in memory only, to be masked in all that is written later. */
export interface SecretVault {
  /** Grows while the Session lives; longest first. */
  readonly values: readonly string[];
  /** By its look, or because what was typed into it was not shown. */
  isSecretName(name: string): boolean;
  /** A text as typed at a prompt. */
  learnText(text: string): void;
  learnArguments(argv: readonly string[]): void;
  /** A variable, or a question and its answer. */
  learnNamed(name: string, value: string): void;
  /** A value known to be secret (typed with echo off). */
  learn(value: string): void;
}

/** A vault with nothing in it. */
export function createSecretVault(): SecretVault {
  const values: string[] = [];
  const learn = (value: string): void => {
    if (!isTelling(value) || values.includes(value)) return;
    values.push(value);
    values.sort((a, b) => b.length - a.length);
  };
  const silent = new Set<string>();
  const isSecret = (name: string): boolean => silent.has(name) || isSecretName(name);
  const learnText = (text: string): void => {
    for (const name of silentNames(text)) silent.add(name);
    collectSecretValues(text).forEach(learn);
  };
  return {
    values,
    isSecretName: isSecret,
    learn,
    learnText,
    learnArguments: (argv) => collectArgumentSecrets(argv).forEach(learn),
    learnNamed: (name, value) => {
      if (isSecret(name)) learn(value);
      else if (isSecretValue(value)) learnText(value);
    },
  };
}
