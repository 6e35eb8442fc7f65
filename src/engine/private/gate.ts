import { runProcess } from "../../system/process/process.ts";
import type { Environment } from "../endpoint/endpoint.ts";

/** The private engine's own bridge and the addresses that all its networks come from. */
export interface Bridge {
  readonly name: string;
  /** "10.200.0.0/16". */
  readonly pool: string;
}

interface Rule {
  readonly table: "filter" | "nat";
  readonly chain: string;
  readonly rule: readonly string[];
}

// dockerd makes its chains anew when it starts, which would cut off the containers of an engine that is there. So the
// private one leaves the packet filter alone, and these rules in chains of our own take its place.

/** Lets the private engine's containers out; false when the packet filter cannot be set here. */
export async function openGate(bridge: Bridge, env: Environment): Promise<boolean> {
  await closeGate(bridge, env);
  for (const table of ["filter", "nat"] as const) if (!(await iptables(["-t", table, "-N", bridge.name], env))) return false;
  const added: boolean[] = [];
  for (const { table, chain, rule } of rulesOf(bridge)) added.push(await iptables(["-t", table, "-A", chain, ...rule], env));
  for (const { table, chain, rule } of jumpsTo(bridge)) added.push(await iptables(["-t", table, "-I", chain, "1", ...rule], env));
  return added.every(Boolean);
}

/** Takes the rules away; none there is fine. */
export async function closeGate(bridge: Bridge, env: Environment): Promise<void> {
  for (const { table, chain, rule } of jumpsTo(bridge)) while (await iptables(["-t", table, "-D", chain, ...rule], env));
  for (const table of ["filter", "nat"] as const) {
    if (await iptables(["-t", table, "-F", bridge.name], env)) await iptables(["-t", table, "-X", bridge.name], env);
  }
}

function rulesOf({ name, pool }: Bridge): readonly Rule[] {
  const answers = ["-m", "conntrack", "--ctstate", "RELATED,ESTABLISHED"];
  return [
    { table: "filter", chain: name, rule: ["-s", pool, "-j", "ACCEPT"] },
    { table: "filter", chain: name, rule: ["-d", pool, ...answers, "-j", "ACCEPT"] },
    { table: "nat", chain: name, rule: ["-s", pool, "!", "-d", pool, "-j", "MASQUERADE"] },
  ];
}

function jumpsTo({ name }: Bridge): readonly Rule[] {
  return [
    { table: "filter", chain: "FORWARD", rule: ["-j", name] },
    { table: "nat", chain: "POSTROUTING", rule: ["-j", name] },
  ];
}

async function iptables(argv: readonly string[], env: Environment): Promise<boolean> {
  try {
    return (await runProcess(["iptables", "--wait", "30", ...argv], { env, timeoutMs: 60_000 })).exit === 0;
  } catch {
    return false;
  }
}
