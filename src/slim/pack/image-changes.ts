import { CooperError } from "../../base/errors.ts";
import { splitInstruction, wordsOf } from "./instruction-words.ts";
import type { JsonObject } from "./image-config.ts";

type Change = (config: JsonObject, text: string) => JsonObject;

/** What `--change` may set, by instruction, as `docker commit --change` has it. */
const SETTERS: Readonly<Record<string, Change>> = {
  CMD: (config, text) => ({ ...config, Cmd: commandWords(config, text) }),
  ENTRYPOINT: (config, text) => ({ ...config, Entrypoint: commandWords(config, text) }),
  USER: (config, text) => ({ ...config, User: text.trim() }),
  WORKDIR: (config, text) => ({ ...config, WorkingDir: text.trim() }),
  STOPSIGNAL: (config, text) => ({ ...config, StopSignal: text.trim() }),
  ENV: (config, text) => ({ ...config, Env: withVariables(listOf(config["Env"]), pairsOf(text)) }),
  LABEL: (config, text) => ({ ...config, Labels: { ...mapOf(config["Labels"]), ...Object.fromEntries(pairsOf(text)) } }),
  EXPOSE: (config, text) => ({
    ...config,
    ExposedPorts: { ...mapOf(config["ExposedPorts"]), ...namesToEmpty(wordsOf(text).map(portName)) },
  }),
  VOLUME: (config, text) => ({ ...config, Volumes: { ...mapOf(config["Volumes"]), ...namesToEmpty(wordsOf(text)) } }),
};

/** What `--unset` may take away: all of an instruction, or only what is named after it. */
const REMOVERS: Readonly<Record<string, Change>> = {
  CMD: (config) => without(config, "Cmd"),
  ENTRYPOINT: (config) => without(config, "Entrypoint"),
  USER: (config) => ({ ...config, User: "" }),
  WORKDIR: (config) => ({ ...config, WorkingDir: "" }),
  STOPSIGNAL: (config) => without(config, "StopSignal"),
  HEALTHCHECK: (config) => without(config, "Healthcheck"),
  ENV: (config, text) => ({ ...config, Env: listOf(config["Env"]).filter((pair) => !isNamed(text, nameOf(pair))) }),
  LABEL: (config, text) => ({ ...config, Labels: withoutNames(config["Labels"], text) }),
  EXPOSE: (config, text) => ({ ...config, ExposedPorts: withoutNames(config["ExposedPorts"], wordsOf(text).map(portName).join(" ")) }),
  VOLUME: (config, text) => ({ ...config, Volumes: withoutNames(config["Volumes"], text) }),
};

/** Changes of an image's settings, as instructions: `CMD ["a"]` to set, `ENV NAME` to take away. */
export interface ImageChanges {
  readonly set: readonly string[];
  readonly unset: readonly string[];
}

/** An image's `Config` with the changes, what is taken away first; throws `change-invalid`. */
export function changeConfig(config: JsonObject, changes: ImageChanges): JsonObject {
  const less = changes.unset.reduce((sum, text) => apply(sum, text, REMOVERS), config);
  return changes.set.reduce((sum, text) => apply(sum, text, SETTERS), less);
}

function apply(config: JsonObject, instruction: string, table: Readonly<Record<string, Change>>): JsonObject {
  const { name, text } = splitInstruction(instruction);
  const change = table[name];
  if (change === undefined || (table === SETTERS && text === "")) throw invalid(instruction, Object.keys(table));
  return change(config, text);
}

function invalid(instruction: string, names: readonly string[]): CooperError {
  return new CooperError("change-invalid", `${JSON.stringify(instruction)} is no change of an image's settings.`, {
    hint: `It begins with one of ${names.join(", ")}: --change 'ENV NAME=value', --change 'CMD ["program","argument"]', --unset 'ENV NAME'.`,
  });
}

function commandWords(config: JsonObject, text: string): readonly string[] {
  if (text.trim().startsWith("[")) return wordsOf(text);
  const shell = listOf(config["Shell"]);
  return [...(shell.length > 0 ? shell : ["/bin/sh", "-c"]), text.trim()];
}

function pairsOf(text: string): readonly (readonly [string, string])[] {
  const words = wordsOf(text);
  if (words[0] !== undefined && !words[0].includes("=")) return [[words[0], text.trim().slice(words[0].length).trim()]];
  return words.map((word) => [nameOf(word), word.slice(nameOf(word).length + 1)]);
}

function withVariables(env: readonly string[], pairs: readonly (readonly [string, string])[]): readonly string[] {
  const values = new Map(env.map((pair) => [nameOf(pair), pair]));
  for (const [name, value] of pairs) values.set(name, `${name}=${value}`);
  return [...values.values()];
}

function nameOf(pair: string): string {
  return pair.split("=")[0] ?? "";
}

function portName(port: string): string {
  return port.includes("/") ? port : `${port}/tcp`;
}

function namesToEmpty(names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, {}]));
}

function isNamed(text: string, name: string): boolean {
  const names = wordsOf(text);
  return names.length === 0 || names.includes(name);
}

function withoutNames(map: unknown, text: string): JsonObject {
  return Object.fromEntries(Object.entries(mapOf(map)).filter(([name]) => !isNamed(text, name)));
}

function without(config: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(config).filter(([name]) => name !== key));
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function mapOf(value: unknown): JsonObject {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
