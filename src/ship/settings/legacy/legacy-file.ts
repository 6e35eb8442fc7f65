import { CooperError } from "../../../base/errors.ts";
import { suggest } from "../../../base/suggest.ts";
import { isProblem, type Problem } from "../../../format/compose/problem.ts";
import { splitWords } from "../../../format/compose/split-words.ts";
import { readYaml, type YamlFile } from "../../../format/yaml/read-yaml.ts";

/** Every key that a settings.yaml of docker-infrastructure could have, in any of its three generations. */
export const LEGACY_KEYS = [
  ..."autostart build_params build_push_opts build_push_to buildx cmd d_src_dir d_src_dir2 debug_alt_cmnd debug_extra_init".split(" "),
  ..."dns docker_exec env extra_docker extra_docker0 extra_init fg foreground hostname image ip ipv6_ports log".split(" "),
  ..."mount_devices mount_logs mount_persistent mount_persistent_test_copy mount_persistent_test_copy_files".split(" "),
  ..."mount_persistent_test_copy_tree mount_persistent_test_ro mount_ro mount_rw mount_test_only name network no_rm".split(" "),
  ..."port_offset ports puid repo1 repo2 rm shell shift_gids shift_uids tag tz vol_base vol_defaults vols".split(" "),
];

/** The values of one mode by key, and how to say where one is wrong. */
export interface LegacyValues {
  /** Name of the unit. */
  readonly unit: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly fail: (key: string, message: string) => CooperError;
}

export interface LegacyFile {
  readonly prod: LegacyValues;
  readonly test: LegacyValues;
  readonly dev: LegacyValues;
}

/** Reads an original settings.yaml: values of a mode are those with its prefix (test_, dev_), else those without one; throws `settings-invalid`. */
export function parseLegacy(text: string, path: string, unit: string): LegacyFile {
  const file = readYaml(text, path, "1.1");
  const all = isMap(file.value) || file.value === null ? Object.entries(file.value ?? {}) : null;
  if (all === null) throw legacyError(file, [], "It must be a map of settings.");
  for (const [key] of all) if (!LEGACY_KEYS.includes(baseOf(key))) throw unknownLegacyKey(file, key);
  const of = (prefix: string): LegacyValues => {
    const own = all.filter(([key]) => prefix !== "" && key.startsWith(prefix)).map(([key, value]) => [key.slice(prefix.length), value]);
    const plain = all.filter(([key]) => baseOf(key) === key);
    const keyOf = (key: string): string => (all.some(([one]) => one === prefix + key) ? prefix + key : key);
    return { unit, values: Object.fromEntries([...plain, ...own]), fail: (key, message) => legacyError(file, [keyOf(key)], message) };
  };
  return { prod: of(""), test: of("test_"), dev: of("dev_") };
}

function baseOf(key: string): string {
  return key.replace(/^(test|dev)_/u, "");
}

function unknownLegacyKey(file: YamlFile, key: string): CooperError {
  const meant = suggest(baseOf(key), LEGACY_KEYS);
  const message = `"${key}" is no key of settings.yaml.${meant === null ? "" : ` Did you mean "${meant}"?`}`;
  return new CooperError("settings-invalid", message, {
    hint: "docs/guide/from-docker-infrastructure.md lists them.",
    where: file.keyPlace([key]),
  });
}

function legacyError(file: YamlFile, path: readonly string[], message: string): CooperError {
  const name = path.length === 0 ? "" : `${path.join(".")}: `;
  return new CooperError("settings-invalid", name + message, {
    hint: "docs/guide/from-docker-infrastructure.md says what becomes of each key.",
    where: file.place(path),
  });
}

/** A value as text; null where the key is not there or has none. */
export function textOf({ values, fail }: LegacyValues, key: string): string | null {
  const value = values[key];
  if (value === undefined || value === null) return null;
  if (typeof value === "object") throw fail(key, "It must be a text.");
  return scalarText(value);
}

/** A scalar as it was written. */
export function scalarText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** True for 1, yes, true; null where the key is not there. */
export function flagOf(legacy: LegacyValues, key: string): boolean | null {
  const text = textOf(legacy, key);
  return text === null || text === "" ? null : !/^(0|false|no|n|off)$/iu.test(text);
}

/** One value or a list of them. */
export function listOf({ values }: LegacyValues, key: string): readonly unknown[] {
  const value = values[key];
  if (value === undefined || value === null || value === "") return [];
  return Array.isArray(value) ? value : [value];
}

/** The words of a text, or of a list of words as they are. */
export function wordsOf(legacy: LegacyValues, key: string): readonly string[] {
  const value = legacy.values[key];
  if (Array.isArray(value)) return value.map(scalarText);
  return orFail(splitWords(textOf(legacy, key) ?? ""), legacy, key);
}

/** The value that was read, or the key's error. */
export function orFail<T>(found: T | Problem, { fail }: LegacyValues, key: string): T {
  if (isProblem(found)) throw fail(key, `There is ${found.problem}.`);
  return found;
}

/** Keeps a variable at the beginning ($X, ${X}rest), which the original replaced too; every other $ was a plain sign. */
export function keepVariables(text: string): string {
  const [, variable = ""] = /^(\$\{\w+\}|\$\w+$)/u.exec(text) ?? [];
  return variable + text.slice(variable.length).replaceAll("$", "$$$$");
}

function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True for a value of `env` that stands for something to be fetched when the container starts. */
export function isFetched(value: unknown): boolean {
  return typeof value === "string" && /^(?:\*|f:|file:|-$|%\{)/u.test(value);
}
