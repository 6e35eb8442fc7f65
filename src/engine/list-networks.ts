import type { Engine } from "./open-engine.ts";
import { callJson } from "./transport/request.ts";

/** The networks that carry all labels ("name=value"). */
export async function listNetworks(
  engine: Engine,
  labels: readonly string[],
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  const reply = await callJson(engine.channel, { path: "/networks", query: { filters: JSON.stringify({ label: labels }) } });
  return reply.list().map((network) => ({ id: network.at("Id").need(), name: network.at("Name").text() }));
}
