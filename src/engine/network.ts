import { endpointBody } from "./container/container-spec.ts";
import type { Engine } from "./open-engine.ts";
import { callBytes, callJson } from "./transport/request.ts";

const CODES = { 404: "network-unknown", 403: "network-in-use", 409: "network-conflict" } as const;

export interface NetworkSpec {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Without a way out of the engine's machine. */
  readonly internal?: boolean;
  /** "10.9.0.0/24"; the engine chooses one when absent. */
  readonly subnet?: string;
}

export interface NetworkInfo {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly subnets: readonly string[];
  /** Ids of the containers on it that run. */
  readonly containers: readonly string[];
}

/** Makes a bridge network; gives its id. Throws `network-conflict` when the name is taken. */
export async function createNetwork(engine: Engine, spec: NetworkSpec): Promise<string> {
  const reply = await callJson(engine.channel, {
    method: "POST",
    path: "/networks/create",
    codes: CODES,
    body: {
      Name: spec.name,
      CheckDuplicate: true,
      Driver: "bridge",
      Internal: spec.internal ?? false,
      Labels: spec.labels ?? {},
      ...(spec.subnet === undefined ? {} : { IPAM: { Config: [{ Subnet: spec.subnet }] } }),
    },
  });
  return reply.at("Id").need();
}

/** A network by name or id; throws `network-unknown`. */
export async function inspectNetwork(engine: Engine, name: string): Promise<NetworkInfo> {
  const reply = await callJson(engine.channel, { path: `/networks/${encodeURIComponent(name)}`, codes: CODES });
  return {
    id: reply.at("Id").need(),
    name: reply.at("Name").text(),
    driver: reply.at("Driver").text(),
    labels: reply.at("Labels").textMap(),
    subnets: reply
      .at("IPAM", "Config")
      .list()
      .map((config) => config.at("Subnet").text()),
    containers: reply.at("Containers").keys(),
  };
}

/** Puts a container that does not run on one more network. */
export async function joinNetwork(
  engine: Engine,
  network: string,
  member: { readonly container: string; readonly aliases: readonly string[]; readonly address: string | null },
): Promise<void> {
  const body = { Container: member.container, EndpointConfig: endpointBody(member) };
  await callBytes(engine.channel, { method: "POST", path: `/networks/${encodeURIComponent(network)}/connect`, body, codes: CODES });
}

/** Removes a network; one that is gone is fine. Throws `network-in-use`. */
export async function removeNetwork(engine: Engine, name: string): Promise<void> {
  try {
    await callBytes(engine.channel, { method: "DELETE", path: `/networks/${encodeURIComponent(name)}`, codes: CODES });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "network-unknown")) throw error;
  }
}
