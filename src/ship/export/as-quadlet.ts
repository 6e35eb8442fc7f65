import type { Definition } from "./definition.ts";
import type { DefinedMount } from "./define-mounts.ts";
import type { DefinedNetwork } from "./define-networks.ts";
import type { Exported } from "./exported.ts";
import { type Flags, healthFlags, limitFlags, loggingFlags, mountFlag, portText, rowFlags } from "./flags.ts";
import { leftOfQuadlet, saidInPodman } from "./podman-words.ts";
import { EMPTY, plain, raw, stands, word } from "./unit-words.ts";

type Lines = readonly (readonly [string, string])[];

/** Flags that the unit itself says otherwise. */
const ELSEWHERE: ReadonlySet<string> = new Set(["--restart", "--rm"]);

/** A .container unit for Podman's systemd generator; what has no key of its own, or would be misread there, stands in PodmanArgs. */
export function asQuadlet(definition: Definition): Exported {
  const { name, image } = definition;
  const said = saidInPodman(definition);
  const container: Lines = [
    ["Image", raw(imageName(image))],
    ["ContainerName", raw(name)],
    ...keyLines(said),
    ...argumentLines(furtherFlags(said)),
    ...networkLines(said),
    ...said.ports.flatMap((port) => wholeLine("PublishPort", "--publish", portText(port))),
    ...said.mounts.flatMap(mountLine),
    ...(said.command === null ? [] : [["Exec", said.command.map(word).join(" ")] as const]),
  ];
  const hasEmpty = container.some(([, value]) => value.includes(EMPTY.word));
  const sections: readonly (readonly [string, Lines])[] = [
    ["Unit", [["Description", plain(name)]]],
    ["Container", container],
    ["Service", [...(hasEmpty ? [["Environment", `${EMPTY.name}=`] as const] : []), ...serviceLines(definition)]],
    ["Install", [["WantedBy", "multi-user.target default.target"]]],
  ];
  const text = sections
    .filter(([, lines]) => lines.length > 0)
    .map(([section, lines]) => `[${section}]\n${lines.map(([key, value]) => `${key}=${value}\n`).join("")}`);
  return { text: text.join("\n"), left: leftOfQuadlet(definition) };
}

/** Podman asks which registry a name without one is of. */
function imageName(image: string): string {
  const first = image.split("/")[0] ?? "";
  const hasRegistry = image.includes("/") && (/[.:]/u.test(first) || first === "localhost");
  if (hasRegistry || /^sha256:|^[0-9a-f]{64}$/u.test(image)) return image;
  return image.includes("/") ? `docker.io/${image}` : `docker.io/library/${image}`;
}

function furtherFlags(said: Definition): Flags {
  return [
    ...rowFlags(said, ({ quadlet, flag }) => quadlet === undefined && !ELSEWHERE.has(flag)),
    ...limitFlags(said),
    ...healthFlags(said),
    ...loggingFlags(said),
    ...said.devices.named.map((one) => ["--device", one]),
    ...(said.entrypoint === null ? [] : [["--entrypoint", JSON.stringify(said.entrypoint)]]),
    // Podman would lay memory over /tmp and others.
    ...(said.flags.some(({ flag }) => flag === "--read-only") ? [["--read-only-tmpfs=false"]] : []),
    ...withheldFlags(said),
  ];
}

function keyLines({ texts, flags, lists, maps }: Definition): Lines {
  return [
    ...texts.flatMap(({ row: { quadlet, flag }, value }) => wholeLine(quadlet, flag, value)),
    ...flags.flatMap(({ quadlet }) => (quadlet === undefined ? [] : [[quadlet, "true"] as const])),
    ...lists.flatMap(({ row: { quadlet, flag }, value }) => value.flatMap((one) => wholeLine(quadlet, flag, one))),
    ...maps.flatMap(({ row: { quadlet }, value }) =>
      quadlet === undefined ? [] : withValues(value).map(([name, text]) => [quadlet, word(`${name}=${text}`)] as const),
    ),
  ];
}

function withValues(values: Readonly<Record<string, string | null>>): readonly (readonly [string, string])[] {
  return Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
}

/** A key whose value is all that stands there. */
function wholeLine(key: string | undefined, flag: string, value: string): Lines {
  if (key === undefined) return [];
  return stands(value) ? [[key, raw(value)]] : argumentLines([[flag, value]]);
}

/** The generator fails at --mount without a source, and Podman has words of its own for volumes there. */
function mountLine(mount: DefinedMount): Lines {
  const [flag = "", value = ""] = mountFlag(mount.type === "volume" ? { ...mount, isShort: true } : mount);
  if (flag === "--volume") return wholeLine("Volume", flag, value);
  return argumentLines([[flag, value]]);
}

function networkLines({ networks: { mode, joined } }: Definition): Lines {
  return [
    ...(mode === null ? [] : [["Network", raw(mode)] as const]),
    ...joined.flatMap((network) => wholeLine("Network", "--network", networkText(network))),
  ];
}

/** With several networks, the flags of one would be those of all. */
function networkText({ name, aliases, ip, ip6 }: DefinedNetwork): string {
  const options = [...(ip === null ? [] : [`ip=${ip}`]), ...(ip6 === null ? [] : [`ip6=${ip6}`]), ...aliases.map((one) => `alias=${one}`)];
  return options.length === 0 ? name : `${name}:${options.join(",")}`;
}

/** A variable without a value takes over the one of the service's own environment. */
function withheldFlags({ maps }: Definition): Flags {
  const variables = maps.find(({ row }) => row.key === "environment")?.value ?? {};
  return Object.entries(variables).flatMap(([name, value]) => (value === null ? [["--env", name]] : []));
}

function argumentLines(flags: Flags): Lines {
  return flags.map((flag) => ["PodmanArgs", flag.map(word).join(" ")] as const);
}

/** systemd's own patience, where the container has more than it; the count of restarts is per time with systemd. */
function serviceLines({ texts }: Definition): Lines {
  const textAt = (key: string): string | undefined => texts.find(({ row }) => row.key === key)?.value;
  const restart = textAt("restart")?.split(":")[0];
  const grace = Number.parseInt(textAt("stop_grace_period") ?? "0", 10);
  return [
    ...(restart === undefined ? [] : [["Restart", restart === "on-failure" ? "on-failure" : "always"] as const]),
    ...(grace < 60 ? [] : [["TimeoutStopSec", String(grace + 30)] as const]),
  ];
}
