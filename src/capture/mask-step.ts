import { collectSecretValues, maskText } from "../format/secret/mask-text.ts";
import { isSecretName } from "../format/secret/secret-name.ts";
import { isSecretValue, isTelling } from "../format/secret/secret-value.ts";
import { MASK } from "../format/secret/span.ts";
import type { ShellState, ShellVariable, StateChange } from "../history/model.ts";

/** Takes secrets out of all that a Session writes, and remembers them so that they are masked wherever they turn up later. */
export class SecretKeeper {
  readonly #values: string[] = [];

  /** Secrets seen so far. The list grows. */
  get values(): readonly string[] {
    return this.#values;
  }

  /** Remembers the secrets that stand in a command's text. */
  learn(text: string): void {
    this.#add(collectSecretValues(text));
  }

  maskText(text: string): { readonly text: string; readonly secrets: readonly string[] } {
    return maskText(text, this.#values);
  }

  maskState(state: ShellState): ShellState {
    return {
      ...state,
      variables: Object.fromEntries(Object.entries(state.variables).map(([name, value]) => [name, this.#maskVariable(name, value)])),
      functions: this.#maskTexts(state.functions),
      aliases: this.#maskTexts(state.aliases),
    };
  }

  /** The change without its secrets, and the names of the variables that held one. */
  maskChange(change: StateChange): { readonly change: StateChange; readonly secrets: readonly string[] } {
    const { variables, functions, aliases, ...rest } = change;
    const secrets: string[] = [];
    const masked = Object.entries(variables ?? {}).map(([name, value]) => {
      const safe = value === null ? null : this.#maskVariable(name, value);
      if (safe !== value) secrets.push(name);
      return [name, safe] as const;
    });
    const parts = {
      ...(variables === undefined ? {} : { variables: Object.fromEntries(masked) }),
      ...(functions === undefined ? {} : { functions: this.#maskTexts(functions) }),
      ...(aliases === undefined ? {} : { aliases: this.#maskTexts(aliases) }),
    };
    return { change: { ...rest, ...parts }, secrets };
  }

  #add(values: readonly string[]): void {
    for (const value of values) if (value !== "" && value !== MASK && !this.#values.includes(value)) this.#values.push(value);
  }

  #maskVariable(name: string, variable: ShellVariable): ShellVariable {
    if (typeof variable.value === "string") {
      const value = this.#maskValue(name, variable.value);
      return value === variable.value ? variable : { ...variable, value };
    }
    const pairs = variable.value.map(([key, value]) => [key, this.#maskValue(name, value)] as const);
    const isSame = pairs.every(([, value], index) => value === variable.value[index]?.[1]);
    return isSame ? variable : { ...variable, value: pairs };
  }

  #maskValue(name: string, value: string): string {
    if (value === "") return value;
    if (isSecretName(name) || isSecretValue(value)) {
      this.#add([value].filter(isTelling));
      return MASK;
    }
    return maskText(value, this.#values).text;
  }

  #maskTexts<T extends string | null>(texts: Readonly<Record<string, T>>): Record<string, T | string> {
    return Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [name, text === null ? text : maskText(text, this.#values).text]),
    );
  }
}
