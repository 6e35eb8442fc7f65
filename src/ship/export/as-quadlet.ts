import type { Definition } from "./definition.ts";
import type { Exported } from "./exported.ts";
import { type Flags, healthFlags, limitFlags, loggingFlags, mountFlag, networkFlags, portText, rowFlags } from "./flags.ts";

type Lines = readonly (readonly [string, string])[];

/** Flags that the unit itself says otherwise, or that Podman does not have. */
const NOT_IN_PODMAN: ReadonlySet<string> = new Set(["--link", "--isolation", "--volume-driver"]);
const ELSEWHERE: ReadonlySet<string> = new Set(["--restart", "--rm"]);

/** A .container unit for Podman's systemd generator; what has no key of its own stands in PodmanArgs. */
export function asQuadlet(definition: Definition): Exported {
  const { name, image, networks } = definition;
  const container: Lines = [
    ["Image", raw(imageName(image))],
    ["ContainerName", raw(name)],
    ...keyLines(definition),
    ...argumentLines([
      ...rowFlags(definition, ({ quadlet, flag }) => quadlet === undefined && !NOT_IN_PODMAN.has(flag) && !ELSEWHERE.has(flag)),
      ...limitFlags(definition),
      ...healthFlags(definition),
      ...loggingFlags(definition),
      ...networks.joined.flatMap((network) => networkFlags(network, "--network")),
      ...(definition.entrypoint === null ? [] : [["--entrypoint", JSON.stringify(definition.entrypoint)]]),
      ...withheldFlags(definition),
    ]),
    ...(networks.mode === null ? [] : [["Network", raw(networks.mode)] as const]),
    ...definition.ports.map((port) => ["PublishPort", raw(portText(port))] as const),
    ...definition.mounts.map((mount) => {
      const [flag, value = ""] = mountFlag(mount);
      return flag === "--mount" ? (["Mount", word(value)] as const) : (["Volume", raw(value)] as const);
    }),
    ...(definition.command === null ? [] : [["Exec", definition.command.map(word).join(" ")] as const]),
  ];
  const sections: readonly (readonly [string, Lines])[] = [
    ["Unit", [["Description", plain(name)]]],
    ["Container", container],
    ["Service", serviceLines(definition)],
    ["Install", [["WantedBy", "multi-user.target default.target"]]],
  ];
  const text = sections
    .filter(([, lines]) => lines.length > 0)
    .map(([section, lines]) => `[${section}]\n${lines.map(([key, value]) => `${key}=${value}\n`).join("")}`);
  return { text: text.join("\n"), left: leftOfQuadlet(definition) };
}

function leftOfQuadlet({ texts, lists, mounts, left }: Definition): readonly string[] {
  const rows = [...texts.map(({ row }) => row), ...lists.map(({ row }) => row)];
  return [...left, ...rows.filter(({ flag }) => NOT_IN_PODMAN.has(flag)).map(({ flag }) => flag), ...mounts.flatMap((mount) => mount.left)];
}

/** Podman asks which registry a name without one is of. */
function imageName(image: string): string {
  const first = image.split("/")[0] ?? "";
  const hasRegistry = image.includes("/") && (/[.:]/u.test(first) || first === "localhost");
  if (hasRegistry || /^sha256:|^[0-9a-f]{64}$/u.test(image)) return image;
  return image.includes("/") ? `docker.io/${image}` : `docker.io/library/${image}`;
}

function keyLines({ texts, flags, lists, maps }: Definition): Lines {
  const named = <T>(key: string | undefined, values: readonly T[], print: (value: T) => string): Lines =>
    key === undefined ? [] : values.map((value) => [key, print(value)] as const);
  return [
    ...texts.flatMap(({ row, value }) => named(row.quadlet, [value], raw)),
    ...flags.flatMap(({ quadlet }) => named(quadlet, ["true"], String)),
    ...lists.flatMap(({ row, value }) => named(row.quadlet, value, printOf(row.quadlet))),
    ...maps.flatMap(({ row, value }) =>
      named(
        row.quadlet,
        Object.entries(value).filter((pair): pair is [string, string] => pair[1] !== null),
        ([name, text]) => word(`${name}=${text}`),
      ),
    ),
  ];
}

/** A variable without a value takes over the one of the service's own environment. */
function withheldFlags({ maps }: Definition): Flags {
  const variables = maps.find(({ row }) => row.key === "environment")?.value ?? {};
  return Object.entries(variables).flatMap(([name, value]) => (value === null ? [["--env", name]] : []));
}

function argumentLines(flags: Flags): Lines {
  return flags.map((flag) => ["PodmanArgs", flag.map(word).join(" ")] as const);
}

function serviceLines({ texts }: Definition): Lines {
  const restart = texts.find(({ row }) => row.key === "restart")?.value.split(":")[0];
  if (restart === undefined) return [];
  return [["Restart", restart === "on-failure" ? "on-failure" : "always"]];
}

/** Keys with a list, whose values Podman splits into words; the value of any other key is all that stands there. */
const SPLIT: ReadonlySet<string | undefined> = new Set(["AddCapability", "DropCapability", "AddDevice"]);

function printOf(key: string | undefined): (text: string) => string {
  return SPLIT.has(key) ? word : raw;
}

/** A value to the end of the line. */
function raw(text: string): string {
  return hidden(plain(text).replaceAll("$", "$$$$"));
}

/** A word of a systemd unit: quoted where it must be; % and $ stand for themselves. */
function word(text: string): string {
  const escaped = plain(text).replaceAll("$", "$$$$");
  return /^[A-Za-z0-9_@%+=:,./$-]+$/u.test(escaped) ? escaped : `"${hidden(escaped.replace(/[\\"]/gu, "\\$&"))}"`;
}

function hidden(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (one) => `\\U${(one.codePointAt(0) ?? 0).toString(16).padStart(8, "0")}`);
}

function plain(text: string): string {
  return text.replaceAll("%", "%%");
}
