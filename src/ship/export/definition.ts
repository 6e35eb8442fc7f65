import { isSecretName } from "../../format/secret/secret-name.ts";
import { isSecretValue } from "../../format/secret/secret-value.ts";
import { readMounts, type DefinedMount } from "./define-mounts.ts";
import { leftOfNetworks, readNetworks, readPorts, type DefinedNetworks, type DefinedPort } from "./define-networks.ts";
import { type DefinedDevices, readDeviceRequests } from "./device-requests.ts";
import type { Facts } from "./facts.ts";
import { readHealth, readLogging, readUlimits, type DefinedHealth, type DefinedLogging } from "./define-parts.ts";
import { FLAG_ROWS, LIST_ROWS, MAP_ROWS, type Row, TEXT_ROWS, type TextRow } from "./rows.ts";

/** How a container was asked for, less what it has from its image and its engine anyway. */
export interface Definition {
  readonly name: string;
  readonly image: string;
  /** Null: the image's. */
  readonly entrypoint: readonly string[] | null;
  readonly command: readonly string[] | null;
  readonly texts: readonly Setting<TextRow, string>[];
  readonly flags: readonly Row<true>[];
  readonly lists: readonly Setting<Row<readonly string[]>, readonly string[]>[];
  readonly maps: readonly Setting<Row<Readonly<Record<string, string | null>>>, Readonly<Record<string, string | null>>>[];
  readonly devices: DefinedDevices;
  readonly health: DefinedHealth | null;
  readonly logging: DefinedLogging | null;
  /** Name to soft and hard limit. */
  readonly ulimits: Readonly<Record<string, { readonly soft: number; readonly hard: number }>>;
  readonly ports: readonly DefinedPort[];
  readonly mounts: readonly DefinedMount[];
  readonly networks: DefinedNetworks;
  /** Names of variables whose values look like secrets, and are left out. */
  readonly withheld: readonly string[];
  /** What no form can say. */
  readonly left: readonly string[];
}

export interface Setting<R, T> {
  readonly row: R;
  readonly value: T;
}

/** Recovers the definition of a container; values that look like secrets are left out unless `secrets`. */
export function define(facts: Facts, { secrets }: { readonly secrets: boolean }): Definition {
  const maps = settingsOf(MAP_ROWS, facts);
  const [mounts, devices] = [readMounts(facts), readDeviceRequests(facts.host.at("DeviceRequests"))];
  const withheld = secrets ? [] : maps.filter(({ row }) => row.key === "environment").flatMap(({ value }) => secretsIn(value));
  return {
    name: facts.name,
    image: facts.config.at("Image").text(),
    ...readProcess(facts),
    texts: settingsOf(TEXT_ROWS, facts),
    flags: FLAG_ROWS.filter((row) => row.read(facts) === true),
    lists: settingsOf(LIST_ROWS, facts),
    maps: maps.map(({ row, value }) => ({ row, value: row.key === "environment" ? without(value, withheld) : value })),
    devices,
    health: readHealth(facts),
    logging: readLogging(facts),
    ulimits: readUlimits(facts),
    ports: readPorts(facts),
    mounts,
    networks: readNetworks(facts),
    withheld,
    left: [...leftOf(facts), ...mounts.flatMap(({ unsaid }) => unsaid), ...leftOfNetworks(facts), ...devices.left].toSorted(),
  };
}

function settingsOf<R extends Row<T>, T>(rows: readonly (R & Row<T>)[], facts: Facts): readonly Setting<R, T>[] {
  return rows.flatMap((row) => {
    const value = row.read(facts);
    return value === null ? [] : [{ row, value }];
  });
}

function secretsIn(variables: Readonly<Record<string, string | null>>): readonly string[] {
  return Object.entries(variables).flatMap(([name, value]) =>
    value !== null && value !== "" && (isSecretName(name) || isSecretValue(value)) ? [name] : [],
  );
}

function without(variables: Readonly<Record<string, string | null>>, names: readonly string[]): Readonly<Record<string, string | null>> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, names.includes(name) ? null : value]));
}

/** An entry point that is given makes an engine forget the image's command. */
function readProcess({ config, image }: Facts): Pick<Definition, "entrypoint" | "command"> {
  const [entrypoint, command] = ["Entrypoint", "Cmd"].map((key) => config.at(key).textsOrNull() ?? []);
  const [imageEntrypoint, imageCommand] = ["Entrypoint", "Cmd"].map((key) => image.at(key).textsOrNull() ?? []);
  const isOwn = !isSame(entrypoint, imageEntrypoint) || (command?.length === 0 && (imageCommand?.length ?? 0) > 0);
  if (isOwn) return { entrypoint: entrypoint ?? [], command: command ?? [] };
  return { entrypoint: null, command: isSame(command, imageCommand) ? null : (command ?? []) };
}

function isSame(left: readonly string[] | undefined, right: readonly string[] | undefined): boolean {
  return JSON.stringify(left ?? []) === JSON.stringify(right ?? []);
}

/** Keys of HostConfig that are read elsewhere, or say nothing of their own. */
const READ: ReadonlySet<string> = new Set([
  ...[...TEXT_ROWS, ...FLAG_ROWS, ...LIST_ROWS, ...MAP_ROWS].flatMap(({ host }) => (host === undefined ? [] : [host])),
  ..."Binds Mounts DeviceRequests NetworkMode PortBindings LogConfig Ulimits MaskedPaths ReadonlyPaths ContainerIDFile ConsoleSize Cgroup".split(
    " ",
  ),
]);

function leftOf({ host, config }: Facts): readonly string[] {
  const left = host.keys().filter((key) => !READ.has(key) && isSaying(host, key));
  const profile = host
    .at("SecurityOpt")
    .texts()
    .some((option) => option.startsWith("seccomp={"));
  const health = config.at("Healthcheck", "StartInterval").number() > 0 ? ["Healthcheck.StartInterval"] : [];
  return [...left, ...(profile ? ["SecurityOpt (the text of a seccomp profile)"] : []), ...health];
}

function isSaying(host: Facts["host"], key: string): boolean {
  const value = host.at(key);
  return value.list().length > 0 || value.keys().length > 0 || value.text() !== "" || value.number() !== 0 || value.flag();
}
