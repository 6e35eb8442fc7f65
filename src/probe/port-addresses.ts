import type { ContainerInfo } from "../engine/container/container.ts";

/** A TCP port of a container and where this machine reaches it. */
export interface PortAddress {
  readonly port: number;
  readonly host: string;
  readonly hostPort: number;
}

/** The published TCP ports of a container, the lowest first. */
export function portAddresses(container: ContainerInfo): readonly PortAddress[] {
  const published = Object.entries(container.networkSettings.ports).filter(([name]) => name.endsWith("/tcp"));
  return published
    .flatMap(([name, hosts]) => hosts.slice(0, 1).map((address) => ({ port: Number.parseInt(name, 10), ...splitAddress(address) })))
    .toSorted((a, b) => a.port - b.port);
}

function splitAddress(address: string): { readonly host: string; readonly hostPort: number } {
  const colon = address.lastIndexOf(":");
  return { host: address.slice(0, colon), hostPort: Number(address.slice(colon + 1)) };
}
