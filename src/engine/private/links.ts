import { runProcess } from "../../system/process/process.ts";
import type { Environment } from "../endpoint/endpoint.ts";
import { parseReply } from "../reply.ts";
import { type Network, overlap, parseNetwork } from "./address-pool.ts";

/** A network interface with its IPv4 networks. */
export interface Link {
  readonly name: string;
  readonly networks: readonly Network[];
}

/** The interfaces of this machine. */
export async function readLinks(env: Environment): Promise<readonly Link[]> {
  const reply = await askIp(["-4", "address", "show"], env);
  return reply.list().map((link) => {
    const addresses = link.at("addr_info").list();
    const texts = addresses.map((address) => `${address.at("local").text()}/${address.at("prefixlen").number(32)}`);
    return { name: link.at("ifname").text(), networks: texts.map(parseNetwork).filter((network) => network !== null) };
  });
}

/** The names of all interfaces, also of those without an address. */
export async function linkNames(env: Environment): Promise<readonly string[]> {
  const reply = await askIp(["link", "show"], env);
  return reply.list().map((link) => link.at("ifname").text());
}

/** The networks that this machine has a way to, the default route left out. */
export async function readRoutes(env: Environment): Promise<readonly (Network & { readonly device: string })[]> {
  const reply = await askIp(["-4", "route", "show", "table", "all"], env);
  return reply.list().flatMap((route) => {
    const network = parseNetwork(route.at("dst").text());
    return network === null ? [] : [{ ...network, device: route.at("dev").text() }];
  });
}

/** The interfaces among `links` that have an address in a pool. */
export function linksIn(pool: string, links: readonly Link[]): readonly string[] {
  const network = parseNetwork(pool);
  if (network === null) return [];
  return links.filter((link) => link.networks.some((own) => overlap(own, network))).map((link) => link.name);
}

async function askIp(argv: readonly string[], env: Environment): Promise<ReturnType<typeof parseReply>> {
  const result = await runProcess(["ip", "-json", ...argv], { env, check: true, timeoutMs: 30_000 });
  return parseReply(result.stdout.toString());
}
