import { CooperError } from "../../base/errors.ts";
import type { Variables } from "../../format/compose/interpolate.ts";
import type { YamlFile, YamlPath } from "../../format/yaml/read-yaml.ts";
import { MODES, type Mode } from "./modes.ts";
import { fileSchema, type UnitService } from "./schema/file-schema.ts";
import { interpolateFile } from "./interpolate-tree.ts";
import { placeText, splitService, type Definitions, type Layer } from "./layer.ts";
import { need, settingsError } from "./problems.ts";
import type { Service } from "./schema/service-schema.ts";

/** A unit's file as layers: what it says for all modes, and what for one. */
export interface UnitFile {
  readonly base: Layer;
  readonly modes: Readonly<Record<Mode, Layer | null>>;
  readonly definitions: Definitions;
}

/** Reads the Compose file of a unit; throws `settings-invalid`, `variable-unset`, `unit-many-services`. */
export function readUnitFile(file: YamlFile, variables: Variables): UnitFile {
  const raw = withoutExtensions(interpolateFile(file, variables));
  const data = need(fileSchema, raw, file);
  const name = theService(Object.keys(data.services), file);
  const at = ["services", name];
  const service = data.services[name] ?? {};
  checkDefined(service, data, { file, at });
  return { ...layersOf(service, { file, at }), definitions: { networks: data.networks, volumes: data.volumes, secrets: data.secrets } };
}

interface Place {
  readonly file: YamlFile;
  readonly at: YamlPath;
}

/** The layers of one service, with its modes. */
export function layersOf(whole: UnitService, { file, at }: Place): Pick<UnitFile, "base" | "modes"> {
  const { service, cooper } = splitService(whole);
  const { modes, ...rest } = cooper;
  const layer = (one: Service, place: YamlPath): Layer => ({
    source: place === at ? "unit file" : "mode",
    service: one,
    cooper: place === at ? rest : {},
    replaced: new Set(keysAt(file, place).filter((key) => file.tag([...place, key]) !== null)),
    place: (key) => placeText(file.place([...place, ...key])),
  });
  const modeLayer = (mode: Mode): Layer | null => {
    const overlay = modes?.[mode];
    return overlay === undefined ? null : layer(overlay, [...at, "x-cooper", "modes", mode]);
  };
  const [prod, test, dev] = MODES.map(modeLayer);
  return { base: layer(service, at), modes: { prod: prod ?? null, test: test ?? null, dev: dev ?? null } };
}

function keysAt(file: YamlFile, path: YamlPath): readonly string[] {
  const found = path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
    file.value,
  );
  return typeof found === "object" && found !== null ? Object.keys(found) : [];
}

function theService(names: readonly string[], file: YamlFile): string {
  const [name, second] = names;
  if (name === undefined) throw settingsError(file, ["services"], "It has no service.");
  if (second === undefined) return name;
  throw new CooperError("unit-many-services", `This file has the services ${names.join(", ")}; a unit has one.`, {
    hint: `Give each a folder of its own; after under x-cooper names the units that must be up before.`,
    where: file.keyPlace(["services", second]),
  });
}

function checkDefined(service: UnitService, definitions: Definitions, { file, at }: Place): void {
  for (const name of Object.keys(service.networks ?? {})) {
    if (name !== "default" && definitions.networks?.[name] === undefined)
      throw undefinedName(file, [...at, "networks"], `networks: ${name}`);
  }
  for (const [index, { type, source }] of (service.volumes ?? []).entries()) {
    if (type === "volume" && source !== null && definitions.volumes?.[source] === undefined)
      throw undefinedName(file, [...at, "volumes", index], `volumes: ${source}`);
  }
  for (const [index, { source }] of (service.secrets ?? []).entries()) {
    if (definitions.secrets?.[source] === undefined) throw undefinedName(file, [...at, "secrets", index], `secrets: ${source}`);
  }
}

function undefinedName(file: YamlFile, path: YamlPath, what: string): CooperError {
  return settingsError(file, path, `The top of the file has no ${what}.`);
}

/** Takes away keys that other tools put there (x-…) and keys without a value, where Compose allows them. */
function withoutExtensions(value: unknown): unknown {
  const top = tidyObject(value);
  if (!isMap(top)) return top;
  const services: unknown = Reflect.get(top, "services");
  const emptied = (key: string): object => {
    const map: unknown = Reflect.get(top, key);
    return isMap(map)
      ? { [key]: Object.fromEntries(Object.entries(map).map(([name, item]: [string, unknown]) => [name, item ?? {}])) }
      : {};
  };
  return {
    ...top,
    ...emptied("networks"),
    ...emptied("volumes"),
    ...(isMap(services) ? { services: Object.fromEntries(Object.entries(services).map(([name, item]) => [name, tidyObject(item)])) } : {}),
  };
}

/** A service without keys of other tools and without those that have no value. */
export function tidyObject(value: unknown): unknown {
  if (!isMap(value)) return value;
  const kept = Object.entries(value).filter(([key, item]) => item !== null && (!key.startsWith("x-") || key === "x-cooper"));
  return Object.fromEntries(kept.map(([key, item]: [string, unknown]) => [key, key === "x-cooper" ? tidyModes(item) : item]));
}

function tidyModes(cooper: unknown): unknown {
  const modes: unknown = isMap(cooper) ? Reflect.get(cooper, "modes") : undefined;
  if (!isMap(cooper) || !isMap(modes)) return cooper;
  return { ...cooper, modes: Object.fromEntries(Object.entries(modes).map(([mode, overlay]) => [mode, tidyObject(overlay)])) };
}

function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
