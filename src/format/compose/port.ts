import type { Problem } from "./problem.ts";

/** One port of a container and where it is reached; `published` null lets the engine choose. */
export interface Port {
  readonly target: number;
  readonly published: number | null;
  readonly host_ip: string | null;
  readonly protocol: "tcp" | "udp" | "sctp";
}

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

const ADDRESS = String.raw`(?:\[([0-9a-fA-F:]+)\]|([0-9]+(?:\.[0-9]+){3})):(?=[^:]*:)`;
const SHORT = new RegExp(String.raw`^(?:${ADDRESS})?(?:([0-9-]*):)?([0-9]+(?:-[0-9]+)?)(?:\/([a-z]+))?$`, "u");

/** "[ip:][host:]container[/protocol]" with ranges, as Compose's short form and `docker run -p`. */
export function readPort(text: string): readonly Port[] | Problem {
  const [, six, four, host, container, protocol = "tcp"] = SHORT.exec(text) ?? [];
  if (container === undefined) return { problem: `"${text}" is no port such as 8080:80, 127.0.0.1:8080:80/udp or [::1]:8080:80` };
  const published = host === undefined || host === "" ? null : host;
  return expandPort({ target: container, published, host_ip: six ?? four ?? null, protocol });
}

/** A port in its long form; both numbers may be ranges of the same length. */
export function expandPort(port: {
  readonly target: string;
  readonly published: string | null;
  readonly host_ip: string | null;
  readonly protocol: string;
}): readonly Port[] | Problem {
  const protocol = (["tcp", "udp", "sctp"] as const).find((one) => one === port.protocol);
  if (protocol === undefined) return { problem: `the protocol "${port.protocol}", which is none of tcp, udp and sctp` };
  if (port.host_ip !== null && !isAddress(port.host_ip)) return { problem: `"${port.host_ip}", which is no address` };
  const targets = readRange(port.target);
  const published = port.published === null ? null : readRange(port.published);
  if ("problem" in targets) return targets;
  if (published !== null && "problem" in published) return published;
  const count = targets.last - targets.first;
  if (published !== null && published.last - published.first !== count) return { problem: "two ranges of ports of different length" };
  return Array.from({ length: count + 1 }, (_, index) => ({
    target: targets.first + index,
    published: published === null ? null : published.first + index,
    host_ip: port.host_ip,
    protocol,
  }));
}

function readRange(text: string): PortRange | Problem {
  const [, first = "", last = first] = /^(\d+)(?:-(\d+))?$/u.exec(text) ?? [];
  const range = { first: Number(first), last: Number(last) };
  const isPort = (port: number): boolean => port >= 1 && port <= 65_535;
  if (first === "" || !isPort(range.first) || !isPort(range.last) || range.last < range.first)
    return { problem: `"${text}", which is no port from 1 to 65535 or range of them` };
  return range;
}

function isAddress(text: string): boolean {
  const isFour = /^\d{1,3}(\.\d{1,3}){3}$/u.test(text) && text.split(".").every((part) => Number(part) <= 255);
  return isFour || (/^[0-9a-fA-F:]+$/u.test(text) && text.includes(":"));
}

/** A port in the short form. */
export function printPort(port: Port): string {
  const address = port.host_ip === null ? "" : port.host_ip.includes(":") ? `[${port.host_ip}]:` : `${port.host_ip}:`;
  const host = port.published === null ? (address === "" ? "" : ":") : `${port.published}:`;
  return `${address}${host}${port.target}${port.protocol === "tcp" ? "" : `/${port.protocol}`}`;
}
