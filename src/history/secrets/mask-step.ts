import type { Finding } from "../../base/finding.ts";
import type { DebconfAnswer } from "../../format/package-database/change.ts";
import type { LeftProcess } from "../../format/proc/left-process.ts";
import { maskArguments } from "../../format/secret/mask-arguments.ts";
import { maskText } from "../../format/secret/mask-text.ts";
import { isSecretName } from "../../format/secret/secret-name.ts";
import { isPlaceholder } from "../../format/secret/secret-value.ts";
import { MASK } from "../../format/secret/span.ts";
import { maskKnown } from "../../format/secret/stream-masker.ts";
import type { ContainerRecord, Shell, ShellState, ShellVariable, StateChange, Step } from "../model.ts";
import type { SecretVault } from "./secret-vault.ts";

/** The Step as it may be written down. What it tells is learned first, so that a secret of its end is masked in its beginning. */
export function maskStep(step: Step, vault: SecretVault): Step {
  learnStep(step, vault);
  const typed = maskText(step.typed, vault.values);
  const ran = maskText(step.ran, vault.values);
  const argv = step.argv === null ? null : maskArguments(step.argv, vault.values);
  const masker = new Masker(vault);
  const change = masker.change(step.change);
  const { processes, debconf } = step.effect;
  const effect = {
    ...step.effect,
    processes: processes.map((left) => masker.process(left)),
    debconf: debconf.map((answer) => masker.answer(answer)),
  };
  const secrets = new Set([...step.secrets, ...typed.secrets, ...ran.secrets, ...(argv?.secrets ?? []), ...masker.names]);
  const findings = step.findings.map((finding) => masker.finding(finding));
  return { ...step, typed: typed.text, ran: ran.text, argv: argv?.argv ?? null, change, effect, secrets: [...secrets], findings };
}

/** The shell as it may be written down. */
export function maskShell(shell: Shell, vault: SecretVault): Shell {
  learnVariables(shell.state.variables, vault);
  return { ...shell, state: new Masker(vault).state(shell.state) };
}

/** The container as it may be written down: its environment and command can hold passwords. */
export function maskContainer(container: ContainerRecord, vault: SecretVault): ContainerRecord {
  const masker = new Masker(vault);
  for (const line of container.env) vault.learnText(line);
  const argv = (words: readonly string[] | null): readonly string[] | null =>
    words === null ? null : maskArguments(words, vault.values).argv;
  const env = container.env.map((line) => masker.setting(line));
  return { ...container, env, command: argv(container.command), entrypoint: argv(container.entrypoint) };
}

function learnStep(step: Step, vault: SecretVault): void {
  vault.learnText(step.typed);
  if (step.ran !== step.typed) vault.learnText(step.ran);
  if (step.argv !== null) vault.learnArguments(step.argv);
  learnVariables(step.change.variables ?? {}, vault);
  for (const answer of step.effect.debconf) {
    if (isSecretAnswer(answer)) vault.learn(answer.value);
  }
  for (const left of step.effect.processes) vault.learnArguments(left.argv);
}

function learnVariables(variables: Readonly<Record<string, ShellVariable | null>>, vault: SecretVault): void {
  for (const [name, variable] of Object.entries(variables)) {
    if (variable === null) continue;
    if (typeof variable.value === "string") vault.learnNamed(name, variable.value);
    else for (const [key, value] of variable.value) vault.learnNamed(vault.isSecretName(name) ? name : key, value);
  }
}

function isSecretAnswer(answer: DebconfAnswer): boolean {
  return answer.type === "password" || isSecretName(answer.question.slice(answer.question.lastIndexOf("/") + 1));
}

/** Masks values of all kinds, and remembers what it masked. */
class Masker {
  readonly #vault: SecretVault;
  readonly names = new Set<string>();

  constructor(vault: SecretVault) {
    this.#vault = vault;
  }

  state(state: ShellState): ShellState {
    const variables = mapValues(state.variables, (variable, name) => this.#variable(variable, name));
    return {
      ...state,
      variables,
      functions: mapValues(state.functions, (text) => this.#code(text)),
      aliases: mapValues(state.aliases, (text) => this.#code(text)),
    };
  }

  change(change: StateChange): StateChange {
    const { variables, functions, aliases } = change;
    return {
      ...change,
      ...(variables === undefined
        ? {}
        : { variables: mapValues(variables, (value, name) => (value === null ? null : this.#variable(value, name))) }),
      ...(functions === undefined ? {} : { functions: mapValues(functions, (text) => (text === null ? null : this.#code(text))) }),
      ...(aliases === undefined ? {} : { aliases: mapValues(aliases, (text) => (text === null ? null : this.#code(text))) }),
    };
  }

  process(left: LeftProcess): LeftProcess {
    const masked = maskArguments(left.argv, this.#vault.values);
    return { ...left, argv: masked.argv };
  }

  answer(answer: DebconfAnswer): DebconfAnswer {
    if (isSecretAnswer(answer) && answer.value !== "") return { ...answer, value: this.#masked(answer.question) };
    return { ...answer, value: maskKnown(answer.value, this.#vault.values) };
  }

  finding(finding: Finding): Finding {
    return { ...finding, message: maskKnown(finding.message, this.#vault.values) };
  }

  /** "NAME=value" of an environment. */
  setting(line: string): string {
    const at = line.indexOf("=");
    return at === -1 ? line : `${line.slice(0, at + 1)}${this.#value(line.slice(at + 1), line.slice(0, at))}`;
  }

  #variable(variable: ShellVariable, name: string): ShellVariable {
    const { value } = variable;
    if (typeof value === "string") return { ...variable, value: this.#value(value, name) };
    return {
      ...variable,
      value: value.map(([key, item]) => [key, this.#value(item, this.#vault.isSecretName(name) ? name : key)] as const),
    };
  }

  #value(value: string, name: string): string {
    if (this.#vault.isSecretName(name) && !isPlaceholder(value)) return this.#masked(name);
    const masked = maskKnown(value, this.#vault.values);
    if (masked !== value) this.names.add(name);
    return masked;
  }

  #code(text: string): string {
    const masked = maskText(text, this.#vault.values);
    for (const name of masked.secrets) this.names.add(name);
    return masked.text;
  }

  #masked(name: string): string {
    this.names.add(name);
    return MASK;
  }
}

function mapValues<T>(record: Readonly<Record<string, T>>, map: (value: T, key: string) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
