import type { Mount } from "../../format/compose/mount.ts";
import type { Port } from "../../format/compose/port.ts";
import type { CooperKeys } from "./schema/cooper-schema.ts";
import type { Layer } from "./layer.ts";
import type { Service } from "./schema/service-schema.ts";

type Join = (lower: unknown, upper: unknown) => unknown;

/** How two layers' values become one, as Compose merges an override file; keys that are not here are replaced. */
const JOINS: Readonly<Record<string, Join>> = {
  blkio_config: joinMaps,
  build: joinMaps,
  cap_add: joinTexts,
  cap_drop: joinTexts,
  device_cgroup_rules: joinTexts,
  devices: joinTexts,
  dns: joinTexts,
  dns_opt: joinTexts,
  dns_search: joinTexts,
  env_file: joinTexts,
  environment: joinMaps,
  expose: joinTexts,
  extra_hosts: joinMaps,
  group_add: joinTexts,
  healthcheck: joinMaps,
  labels: joinMaps,
  logging: joinLogging,
  networks: joinMaps,
  ports: joinBy((port) => (isPort(port) ? `${port.host_ip ?? ""} ${port.published ?? ""} ${port.target}/${port.protocol}` : "")),
  secrets: joinBy((secret) => textAt(secret, "target") || textAt(secret, "source")),
  security_opt: joinTexts,
  sysctls: joinMaps,
  tmpfs: joinTexts,
  ulimits: joinMaps,
  volumes: joinBy((mount) => (isMount(mount) ? mount.target : "")),
};

const COOPER_JOINS: Readonly<Record<string, Join>> = {
  mounts: joinMaps,
  scan: joinScan,
  release: joinMaps,
  harden: joinMaps,
  provision: joinBy((one) => textAt(one, "path")),
  after: joinTexts,
};

/** The service of all layers, the first the lowest. */
export function mergeServices(layers: readonly Layer[]): Service {
  return layers.reduce<Service>((lower, { service, replaced }) => joinKeys({ lower, upper: service, joins: JOINS, replaced }), {});
}

/** What all layers say under `x-cooper`, the first the lowest. */
export function mergeCooper(layers: readonly Layer[]): CooperKeys {
  return layers.reduce<CooperKeys>((lower, { cooper, replaced }) => joinKeys({ lower, upper: cooper, joins: COOPER_JOINS, replaced }), {});
}

interface Pairing<T extends object> {
  readonly lower: T;
  readonly upper: T;
  readonly joins: Readonly<Record<string, Join>>;
  readonly replaced: ReadonlySet<string>;
}

function joinKeys<T extends object>({ lower, upper, joins, replaced }: Pairing<T>): T {
  const joined = Object.entries(upper).map(([key, value]): readonly [string, unknown] => {
    const join = joins[key];
    const before: unknown = Reflect.get(lower, key);
    return [key, join === undefined || before === undefined || replaced.has(key) ? value : join(before, value)];
  });
  const kept = Object.entries(lower).filter(([key]) => !(replaced.has(key) && !Object.hasOwn(upper, key)));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema of a layer gave each key its type, and joining keeps it
  return Object.fromEntries([...kept, ...joined]) as T;
}

function joinMaps(lower: unknown, upper: unknown): unknown {
  return isMap(lower) && isMap(upper) ? { ...lower, ...joinDeep(lower, upper) } : upper;
}

function joinDeep(lower: object, upper: object): object {
  const joined = Object.entries(upper).map(([key, value]: [string, unknown]) => [key, joinMaps(Reflect.get(lower, key), value)]);
  return Object.fromEntries(joined);
}

function joinTexts(lower: unknown, upper: unknown): unknown {
  return Array.isArray(lower) && Array.isArray(upper) ? [...new Set<unknown>([...lower, ...upper])] : upper;
}

/** Options belong to their driver. */
function joinLogging(lower: unknown, upper: unknown): unknown {
  const driver = textAt(upper, "driver");
  return driver === "" || driver === textAt(lower, "driver") ? joinMaps(lower, upper) : upper;
}

function joinScan(lower: unknown, upper: unknown): unknown {
  if (!isMap(lower) || !isMap(upper)) return upper;
  const rules = (scan: object): readonly unknown[] => {
    const allow: unknown = Reflect.get(scan, "allow");
    return Array.isArray(allow) ? allow : [];
  };
  return { ...lower, ...upper, allow: [...rules(lower), ...rules(upper)] };
}

function joinBy(name: (item: unknown) => string): Join {
  return (lower, upper) => {
    if (!Array.isArray(lower) || !Array.isArray(upper)) return upper;
    return [...new Map<string, unknown>([...lower, ...upper].map((item: unknown) => [name(item), item])).values()];
  };
}

function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textAt(value: unknown, key: string): string {
  const found: unknown = isMap(value) ? Reflect.get(value, key) : undefined;
  return typeof found === "string" ? found : "";
}

function isPort(value: unknown): value is Port {
  return isMap(value) && "target" in value && "protocol" in value;
}

function isMount(value: unknown): value is Mount {
  return isMap(value) && "target" in value && "type" in value;
}
