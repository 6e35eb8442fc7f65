import { CooperError } from "../../base/errors.ts";
import { readYaml, type YamlFile } from "../../format/yaml/read-yaml.ts";
import { cooperShape } from "./schema/cooper-schema.ts";
import { unitServiceSchema } from "./schema/file-schema.ts";
import { splitService, type Layer, type Source } from "./layer.ts";
import { need } from "./problems.ts";
import { serviceShape } from "./schema/service-schema.ts";

const PREFIX = "COOPER_SET_";

/** Settings of the command line (`--set KEY=VALUE`), each value read as YAML; throws `settings-invalid`, `yaml-invalid`. */
export function readAssignments(pairs: readonly (readonly [string, string])[]): readonly Layer[] {
  return pairs.map(([key, value]) => assignmentLayer({ key: key.split("."), value, name: `--set ${key}`, source: "flag" }));
}

/** Settings of the environment: COOPER_SET_USER, COOPER_SET_PORT_OFFSET, …, each value read as YAML. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): readonly Layer[] {
  const names = Object.keys(env)
    .filter((name) => name.startsWith(PREFIX))
    .toSorted();
  return names.map((name) =>
    assignmentLayer({ key: [name.slice(PREFIX.length).toLowerCase()], value: env[name] ?? "", name: `$${name}`, source: "environment" }),
  );
}

interface Assignment {
  readonly key: readonly string[];
  readonly value: string;
  readonly name: string;
  readonly source: Source;
}

function assignmentLayer({ key, value, name, source }: Assignment): Layer {
  const [first = "", ...rest] = key[0] === "x-cooper" ? key.slice(1) : key;
  checkKey(first, name);
  const isOfCooper = Object.hasOwn(cooperShape, first);
  const read = readYaml(value, name);
  const nested = [first, ...rest].reduceRight<unknown>((inner, part) => ({ [part]: inner }), read.value);
  const path = isOfCooper ? ["x-cooper"] : [];
  const file: YamlFile = { ...read, place: () => ({ file: name }), keyPlace: () => ({ file: name }) };
  const whole = need(unitServiceSchema, isOfCooper ? { [path[0] ?? ""]: nested } : nested, file);
  return { source, ...splitService(whole), replaced: new Set(rest.length === 0 ? [first] : []), place: () => name };
}

function checkKey(first: string, name: string): void {
  if (first !== "modes" && (Object.hasOwn(serviceShape, first) || Object.hasOwn(cooperShape, first))) return;
  throw new CooperError("settings-invalid", `${name}: "${first}" is no key that can be set so.`, {
    hint: "docs/guide/settings.md lists all keys; the value is YAML: --set 'ports=[\"8080:80\"]'.",
  });
}
