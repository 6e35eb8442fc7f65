import type { Reply } from "../../engine/reply.ts";
import type { Facts } from "./facts.ts";
import { withName } from "./read-settings.ts";

export interface DefinedPort {
  readonly target: string;
  readonly protocol: string;
  /** "" for all. */
  readonly address: string;
  /** "" lets the engine choose. */
  readonly published: string;
}

export interface DefinedNetwork {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly ip: string | null;
  readonly ip6: string | null;
}

export interface DefinedNetworks {
  /** "host", "none", "container:NAME", or "bridge" beside other networks; null for networks alone, or for the engine's usual one. */
  readonly mode: string | null;
  /** Networks that have a name of their own, the one it starts in first. */
  readonly joined: readonly DefinedNetwork[];
}

/** What is published where. */
export function readPorts({ host }: Facts): readonly DefinedPort[] {
  const bindings = host.at("PortBindings");
  return bindings.keys().flatMap((port) => {
    const [target = "", protocol = "tcp"] = port.split("/");
    return bindings
      .at(port)
      .list()
      .map((one) => ({ target, protocol, address: one.at("HostIp").text(), published: one.at("HostPort").text() }));
  });
}

/** The networks that a container is in, with what was asked of each. */
export function readNetworks({ host, networks, names, id, config }: Facts): DefinedNetworks {
  const mode = host.at("NetworkMode").text();
  if (/^(?:host|none)$|^container:/u.test(mode)) return { mode: withName(mode, names), joined: [] };
  // Names that an engine gives by itself.
  const own = [id.slice(0, 12), config.at("Hostname").text()];
  const isUsual = mode === "" || mode === "default" || mode === "bridge";
  const others = networks.keys().filter((name) => !(isUsual && (name === "bridge" || name === "default")));
  const first = others.filter((name) => name === mode || networks.at(name, "NetworkID").text() === mode);
  const joined = [...first, ...others.filter((name) => !first.includes(name))].map((name) => readNetwork(name, networks.at(name), own));
  return { mode: isUsual && joined.length > 0 ? "bridge" : null, joined };
}

function readNetwork(name: string, network: Reply, own: readonly string[]): DefinedNetwork {
  return {
    name,
    aliases: network
      .at("Aliases")
      .texts()
      .filter((alias) => !own.includes(alias)),
    ip: network.at("IPAMConfig", "IPv4Address").text() || null,
    ip6: network.at("IPAMConfig", "IPv6Address").text() || null,
  };
}

/** What is asked of networks that no form can say. */
export function leftOfNetworks({ networks }: Facts): readonly string[] {
  return networks
    .keys()
    .flatMap((name) => [
      ...(networks.at(name, "DriverOpts").keys().length > 0 ? [`DriverOpts of the network ${name}`] : []),
      ...(networks.at(name, "IPAMConfig", "LinkLocalIPs").list().length > 0 ? [`LinkLocalIPs of the network ${name}`] : []),
    ]);
}
