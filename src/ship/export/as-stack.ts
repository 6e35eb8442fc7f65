import { printYaml } from "../../format/yaml/print-yaml.ts";
import { composeMount, dollars, moreKeys, rangesOf, rowKeys } from "./as-compose.ts";
import type { Definition } from "./definition.ts";
import type { Exported } from "./exported.ts";

type Parts = Readonly<Record<string, unknown>>;

/** A file for `docker stack deploy`: what a Swarm service can have of the container. Its networks become overlay networks of the stack. */
export function asStack(definition: Definition): Exported {
  const { name, image, entrypoint, command, mounts } = definition;
  const networks = stackNetworks(definition);
  const service = {
    image,
    ...(entrypoint === null ? {} : { entrypoint: entrypoint.length === 0 ? [""] : entrypoint }),
    ...(command === null || (command.length === 0 && entrypoint !== null) ? {} : { command }),
    ...rowKeys(definition, ({ isInStack }) => isInStack === true),
    ...moreKeys(definition),
    ...stackPorts(definition),
    ...(mounts.length === 0 && memoryMounts(definition).length === 0
      ? {}
      : { volumes: [...mounts.map((mount) => composeMount({ ...mount, isShort: true })), ...memoryMounts(definition)] }),
    ...networks.service,
    deploy: deployment(definition),
  };
  const volumes = [...new Set(mounts.flatMap(({ type, source }) => (type === "volume" && source !== null ? [source] : [])))];
  const top = volumes.length === 0 ? {} : { volumes: Object.fromEntries(volumes.map((volume) => [volume, { external: true }])) };
  return {
    text: printYaml(dollars({ version: "3.9", services: { [name]: service }, ...networks.top, ...top })),
    left: leftOfStack(definition),
  };
}

/** Keys that are said otherwise in a stack. */
const ELSEWHERE: ReadonlySet<string | null> = new Set(["restart", "mem_limit", "mem_reservation", "cpus", "pids_limit", "tmpfs"]);

function leftOfStack(definition: Definition): readonly string[] {
  const { texts, flags, lists, networks, ports, mounts, left } = definition;
  const rows = [...texts.map(({ row }) => row), ...flags, ...lists.map(({ row }) => row)];
  return [
    ...left,
    ...rows.filter(({ key, isInStack }) => isInStack !== true && !ELSEWHERE.has(key)).map(({ key, flag }) => key ?? flag),
    ...rangesOf(definition),
    ...(definition.devices.reservations.length > 0 ? ["DeviceRequests"] : []),
    ...(networks.mode === null || networks.mode === "host" ? [] : [`network_mode: ${networks.mode}`]),
    ...networks.joined.flatMap(({ name, ip, ip6 }) => (ip === null && ip6 === null ? [] : [`the address in ${name}`])),
    ...ports.filter(({ address }) => address !== "" && address !== "0.0.0.0" && address !== "::").map(({ address }) => `ports: ${address}`),
    ...mounts.flatMap((mount) => [...mount.left, ...(mount.label === null ? [] : [`volumes: ${mount.label}`])]),
  ];
}

function textAt({ texts }: Definition, key: string): string | null {
  return texts.find(({ row }) => row.key === key)?.value ?? null;
}

function deployment(definition: Definition): Parts {
  const limits = resources([
    ["cpus", textAt(definition, "cpus")],
    ["memory", textAt(definition, "mem_limit")],
    ["pids", textAt(definition, "pids_limit")],
  ]);
  const reservations = resources([["memory", textAt(definition, "mem_reservation")]]);
  const parts = { ...(limits === null ? {} : { limits }), ...(reservations === null ? {} : { reservations }) };
  return {
    replicas: 1,
    restart_policy: restartPolicy(textAt(definition, "restart")),
    ...(Object.keys(parts).length === 0 ? {} : { resources: parts }),
  };
}

function resources(values: readonly (readonly [string, string | null])[]): Parts | null {
  const told = values.filter((pair): pair is readonly [string, string] => pair[1] !== null);
  return told.length === 0 ? null : Object.fromEntries(told.map(([key, value]) => [key, key === "pids" ? Number(value) : value]));
}

function restartPolicy(restart: string | null): Parts {
  const [name, count] = (restart ?? "no").split(":");
  const condition = name === "no" ? "none" : name === "on-failure" ? "on-failure" : "any";
  return { condition, ...(count === undefined ? {} : { max_attempts: Number(count) }) };
}

/** The routing mesh of a swarm listens on every address. */
function stackPorts({ ports }: Definition): Parts {
  const single = ports.filter(({ published }) => !published.includes("-"));
  if (single.length === 0) return {};
  const long = single.map(({ target, protocol, published }) => ({
    target: Number(target),
    ...(published === "" ? {} : { published: Number(published) }),
    protocol,
  }));
  return { ports: [...new Map(long.map((port) => [JSON.stringify(port), port])).values()] };
}

/** A stack has no `tmpfs`, but mounts of that type; of the options the size alone. */
function memoryMounts({ lists }: Definition): readonly Parts[] {
  const all = lists.find(({ row }) => row.key === "tmpfs")?.value ?? [];
  return all.map((one) => {
    const [target = "", options = ""] = one.split(":");
    const size = /(?:^|,)size=(\d+)([kmg]?)/iu.exec(options);
    const bytes = size === null ? 0 : Number(size[1]) * 1024 ** " kmg".indexOf((size[2] ?? "").toLowerCase() || " ");
    return { type: "tmpfs", target, ...(bytes === 0 ? {} : { tmpfs: { size: bytes } }) };
  });
}

function stackNetworks({ networks }: Definition): { readonly service: Parts; readonly top: Parts } {
  if (networks.mode === "host") {
    return { service: { networks: ["hostnet"] }, top: { networks: { hostnet: { external: true, name: "host" } } } };
  }
  if (networks.joined.length === 0) return { service: {}, top: {} };
  const own = networks.joined.map(({ name, aliases }) => [name, aliases.length === 0 ? {} : { aliases }] as const);
  const tops = networks.joined.map(({ name }) => [name, { driver: "overlay", attachable: true }] as const);
  return { service: { networks: Object.fromEntries(own) }, top: { networks: Object.fromEntries(tops) } };
}
