import { joinWords } from "../../format/shell/quote.ts";
import type { Definition } from "./definition.ts";
import type { DefinedMount } from "./define-mounts.ts";
import type { DefinedNetwork, DefinedPort } from "./define-networks.ts";
import type { Row } from "./rows.ts";

/** Flags of docker run, each with its value as a word of its own. */
export type Flags = readonly (readonly string[])[];

/** The flags for all that stands in the tables, of those rows that `isWanted`. */
export function rowFlags({ texts, flags, lists, maps }: Definition, isWanted: (row: Row<unknown>) => boolean): Flags {
  return [
    ...flags.filter(isWanted).map(({ flag }) => [flag]),
    ...texts.filter(({ row }) => isWanted(row)).map(({ row, value }) => [row.flag, row.inFlag?.(value) ?? value]),
    ...lists.filter(({ row }) => isWanted(row)).flatMap(({ row, value }) => value.map((one) => [row.flag, one])),
    ...maps
      .filter(({ row }) => isWanted(row))
      .flatMap(({ row, value }) => Object.entries(value).map(([name, text]) => [row.flag, text === null ? name : `${name}=${text}`])),
  ];
}

/** The flags of the limits. */
export function limitFlags({ ulimits }: Definition): Flags {
  return Object.entries(ulimits).map(([name, { soft, hard }]) => ["--ulimit", `${name}=${soft}:${hard}`]);
}

/** The flags of devices that a driver gives. */
export function deviceFlags({ devices }: Definition): Flags {
  return [...devices.gpus.map((one) => ["--gpus", one]), ...devices.named.map((one) => ["--device", one])];
}

/** The flags of the health check. */
export function healthFlags({ health }: Definition): Flags {
  if (health === null) return [];
  if (health.isOff) return [["--no-healthcheck"]];
  const [kind, ...words] = health.test;
  const { interval, timeout, start_period: start } = health.times;
  const time = (flag: string, value: number): Flags => (value === 0 ? [] : [[flag, durationText(value)]]);
  return [
    // docker run has the form for a shell alone.
    ...(kind === undefined ? [] : [["--health-cmd", kind === "CMD" ? joinWords(words) : words.join(" ")]]),
    ...time("--health-interval", interval),
    ...time("--health-timeout", timeout),
    ...time("--health-start-period", start),
    ...(health.retries === 0 ? [] : [["--health-retries", String(health.retries)]]),
  ];
}

/** The flags of where the output goes. */
export function loggingFlags({ logging }: Definition): Flags {
  if (logging === null) return [];
  return [["--log-driver", logging.driver], ...Object.entries(logging.options).map(([name, value]) => ["--log-opt", `${name}=${value}`])];
}

/** The flags of a network that a container starts in. */
export function networkFlags({ name, aliases, ip, ip6 }: DefinedNetwork, flag: string): Flags {
  return [[flag, name], ...endpointFlags({ aliases, ip, ip6 }, "--network-alias")];
}

/** What is asked of a network; `docker network connect` says --alias. */
export function endpointFlags({ aliases, ip, ip6 }: Omit<DefinedNetwork, "name">, aliasFlag: string): Flags {
  return [...(ip === null ? [] : [["--ip", ip]]), ...(ip6 === null ? [] : [["--ip6", ip6]]), ...aliases.map((alias) => [aliasFlag, alias])];
}

/** "127.0.0.1:8080:80/udp". */
export function portText({ target, protocol, address, published }: DefinedPort): string {
  const host = address.includes(":") ? `[${address}]:` : address === "" ? "" : `${address}:`;
  const middle = published === "" ? (host === "" ? "" : ":") : `${published}:`;
  return `${host}${middle}${target}${protocol === "tcp" ? "" : `/${protocol}`}`;
}

/** The flag of a mount. */
export function mountFlag(mount: DefinedMount): readonly string[] {
  return mount.isShort ? ["--volume", shortMount(mount)] : ["--mount", longMount(mount)];
}

function shortMount({ source, target, isReadOnly, propagation, label, isNotFilled }: DefinedMount): string {
  const options = [isReadOnly ? "ro" : null, propagation, label, isNotFilled ? "nocopy" : null].filter((one) => one !== null);
  return [...(source === null ? [] : [source]), target, ...(options.length === 0 ? [] : [options.join(",")])].join(":");
}

/** The flag is read as comma-separated values: a field with a comma or a quote stands in quotes. */
function longMount({ type, source, target, isReadOnly, propagation, isNotFilled, size, mode, further }: DefinedMount): string {
  const fields = [
    `type=${type}`,
    ...(source === null ? [] : [`source=${source}`]),
    `target=${target}`,
    ...(isReadOnly ? ["readonly"] : []),
    ...(propagation === null ? [] : [`bind-propagation=${propagation}`]),
    ...(isNotFilled ? ["volume-nocopy=true"] : []),
    ...(size === 0 ? [] : [`tmpfs-size=${size}`]),
    ...(mode === 0 ? [] : [`tmpfs-mode=${mode.toString(8)}`]),
    ...further,
  ];
  return fields.map((field) => (/[",\n]/u.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(",");
}

const LENGTHS = [
  [1e9, "s"],
  [1e6, "ms"],
  [1e3, "us"],
  [1, "ns"],
] as const;

/** Nanoseconds in the largest unit that says them whole: "90s", "1500ms". */
export function durationText(nanoseconds: number): string {
  const [length, unit] = LENGTHS.find(([size]) => nanoseconds % size === 0) ?? [1, "ns"];
  return `${nanoseconds / length}${unit}`;
}
