import { printYaml } from "../../format/yaml/print-yaml.ts";
import { serviceShape } from "../settings/schema/service-schema.ts";
import type { Definition } from "./definition.ts";
import type { DefinedHealth } from "./define-parts.ts";
import type { DefinedMount } from "./define-mounts.ts";
import type { DefinedNetworks } from "./define-networks.ts";
import type { Exported } from "./exported.ts";
import { durationText, portText } from "./flags.ts";
import type { Row } from "./rows.ts";

type Parts = Readonly<Record<string, unknown>>;

/** Labels that cooper gives what it makes, and gives again. */
const OWN_LABELS = ["cooper.unit", "cooper.mode"];

/** A Compose file with this one service; networks and named volumes are those that the engine has. */
export function asCompose(definition: Definition): Exported {
  const { service, left } = composeService(definition);
  const text = printYaml(dollars({ services: { [definition.name]: service }, ...topLevel(definition) }));
  return { text, left, beyond: beyondUnits(service, definition) };
}

/** Ports that may be any of a range. */
export function rangesOf({ ports }: Definition): readonly string[] {
  return ports.filter(({ published }) => published.includes("-")).map((port) => `ports: ${portText(port)}`);
}

function beyondUnits(service: Parts, definition: Definition): readonly string[] {
  const keys = [...Object.keys(service).filter((key) => !Object.hasOwn(serviceShape, key)), ...rangesOf(definition)];
  return definition.mounts.some(({ label }) => label !== null) ? [...keys, "volumes.bind.selinux"] : keys;
}

/** The service, and what Compose cannot say. */
export function composeService(definition: Definition): { readonly service: Parts; readonly left: readonly string[] } {
  const { name, image, entrypoint, command, networks, ports, mounts } = definition;
  const service = {
    image,
    container_name: name,
    ...(entrypoint === null ? {} : { entrypoint: entrypoint.length === 0 ? [""] : entrypoint }),
    ...(command === null || (command.length === 0 && entrypoint !== null) ? {} : { command }),
    ...rowKeys(definition),
    ...blockLimits(definition),
    ...reservations(definition),
    ...moreKeys(definition),
    ...(ports.length === 0 ? {} : { ports: ports.map(portText) }),
    ...(mounts.length === 0 ? {} : { volumes: mounts.map(composeMount) }),
    ...composeNetworks(networks),
  };
  const flags = [...definition.texts.map(({ row }) => row), ...definition.flags, ...definition.lists.map(({ row }) => row)];
  const unnamed = flags.filter(({ key, block }) => key === null && block === undefined).map(({ flag }) => flag);
  const both = networks.mode !== null && networks.joined.length > 0 ? [`networks (beside ${networks.mode})`] : [];
  return { service, left: [...definition.left, ...unnamed, ...both, ...mounts.flatMap((mount) => mount.left)] };
}

/** Everything from the tables that Compose has a key for. */
export function rowKeys({ texts, flags, lists, maps }: Definition, isWanted: (row: Row<unknown>) => boolean = () => true): Parts {
  const entries = [
    ...texts.map(({ row, value }) => ({ row, value: row.isNumber === true ? Number(value) : value })),
    ...flags.map((row) => ({ row, value: true })),
    ...lists.map(({ row, value }) => ({ row, value: row.inCompose === undefined ? value : value.map(row.inCompose) })),
    ...maps.map(({ row, value }) => ({ row, value: row.key === "labels" ? withoutOwn(value) : value })),
  ].filter(({ value }) => typeof value !== "object" || Object.keys(value).length > 0);
  return Object.fromEntries(entries.flatMap(({ row, value }) => (row.key === null || !isWanted(row) ? [] : [[row.key, value]])));
}

function withoutOwn(labels: Readonly<Record<string, string | null>>): Readonly<Record<string, string | null>> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !OWN_LABELS.includes(name)));
}

function reservations({ devices }: Definition): Parts {
  if (devices.reservations.length === 0) return {};
  return { deploy: { resources: { reservations: { devices: devices.reservations } } } };
}

function blockLimits({ texts, lists }: Definition): Parts {
  const limit = (text: string, member: string): Parts => {
    const at = text.lastIndexOf(":");
    return { path: text.slice(0, at), [member]: Number(text.slice(at + 1)) };
  };
  const entries = [
    ...texts.flatMap(({ row: { block }, value }) => (block === undefined ? [] : [[block, Number(value)] as const])),
    ...lists.flatMap(({ row: { block }, value }) =>
      block === undefined ? [] : [[block, value.map((one) => limit(one, block === "weight_device" ? "weight" : "rate"))] as const],
    ),
  ];
  return entries.length === 0 ? {} : { blkio_config: Object.fromEntries(entries) };
}

/** Limits, health check and logging. */
export function moreKeys({ ulimits, health, logging }: Definition): Parts {
  return {
    ...(Object.keys(ulimits).length === 0 ? {} : { ulimits }),
    ...(health === null ? {} : { healthcheck: composeHealth(health) }),
    ...(logging === null ? {} : { logging: Object.keys(logging.options).length === 0 ? { driver: logging.driver } : logging }),
  };
}

function composeHealth({ isOff, test, times, retries }: DefinedHealth): Parts {
  if (isOff) return { disable: true };
  const told = Object.entries(times).filter(([, nanoseconds]) => nanoseconds > 0);
  return {
    ...(test.length === 0 ? {} : { test }),
    ...Object.fromEntries(told.map(([key, nanoseconds]) => [key, durationText(nanoseconds)])),
    ...(retries === 0 ? {} : { retries }),
  };
}

/** A mount in Compose's long form. */
export function composeMount(mount: DefinedMount): Parts {
  const { type, source, target, isReadOnly, propagation, label, isNotFilled, size, mode, isShort } = mount;
  const bind = {
    ...(type === "bind" && !isShort ? { create_host_path: false } : {}),
    ...(propagation === null ? {} : { propagation }),
    ...(label === null ? {} : { selinux: label }),
  };
  const tmpfs = { ...(size === 0 ? {} : { size }), ...(mode === 0 ? {} : { mode: mode.toString(8) }) };
  return {
    type,
    ...(source === null ? {} : { source }),
    target,
    ...(isReadOnly ? { read_only: true } : {}),
    ...(Object.keys(bind).length === 0 ? {} : { bind }),
    ...(isNotFilled ? { volume: { nocopy: true } } : {}),
    ...(Object.keys(tmpfs).length === 0 ? {} : { tmpfs }),
  };
}

function composeNetworks({ mode, joined }: DefinedNetworks): Parts {
  if (mode !== null && joined.length === 0) return { network_mode: mode };
  if (joined.length === 0) return {};
  const endpoints = joined.map(({ name, aliases, ip, ip6 }) => [
    name,
    {
      ...(ip === null ? {} : { ipv4_address: ip }),
      ...(ip6 === null ? {} : { ipv6_address: ip6 }),
      ...(aliases.length === 0 ? {} : { aliases }),
    },
  ]);
  return { networks: Object.fromEntries(endpoints) };
}

/** The networks and named volumes of the service, as the engine has them. */
export function topLevel({ networks, mounts }: Definition): Parts {
  const names = (all: readonly string[]): Parts => Object.fromEntries(all.map((name) => [name, { external: true }]));
  const volumes = [...new Set(mounts.flatMap(({ type, source }) => (type === "volume" && source !== null ? [source] : [])))];
  return {
    ...(networks.joined.length === 0 ? {} : { networks: names(networks.joined.map(({ name }) => name)) }),
    ...(volumes.length === 0 ? {} : { volumes: names(volumes) }),
  };
}

/** Compose would put a variable in the place of a $. */
export function dollars(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("$", "$$$$");
  if (Array.isArray(value)) return value.map(dollars);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]: [string, unknown]) => [key, dollars(inner)]));
}
