import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { readTextIfThere, writeFileAtomically } from "../../system/file/files.ts";
import { runProcess } from "../../system/process/process.ts";
import type { Environment } from "../endpoint/endpoint.ts";
import { parseReply } from "../reply.ts";
import { choosePool, overlap, parseNetwork } from "./address-pool.ts";
import { type Bridge, closeGate, openGate } from "./gate.ts";
import { linkNames, linksIn, readLinks, readRoutes } from "./links.ts";
import type { PrivatePaths } from "./paths.ts";

const MOST_BRIDGES = 100;

/** The bridge that was chosen at an earlier start, null before the first. */
export async function readBridge(paths: PrivatePaths): Promise<Bridge | null> {
  const text = await readTextIfThere(paths.bridgeFile);
  if (text === null) return null;
  const bridge = parseReply(text);
  const name = bridge.at("name").text();
  const pool = bridge.at("pool").text();
  return /^cooper\d+$/u.test(name) && parseNetwork(pool) !== null ? { name, pool } : null;
}

/** Makes the bridge, with addresses that nothing else here uses, and the way out of it. `isOpen` is false where the packet filter could not be set: then containers reach this machine alone. */
export async function raiseBridge(paths: PrivatePaths, env: Environment): Promise<Bridge & { readonly isOpen: boolean }> {
  const bridge = await chooseBridge(await readBridge(paths), env);
  await writeFileAtomically(paths.bridgeFile, `${JSON.stringify(bridge)}\n`, 0o600);
  if (!(await linkNames(env)).includes(bridge.name)) await ip(["link", "add", "name", bridge.name, "type", "bridge"], env);
  await ip(["address", "replace", `${gatewayOf(bridge.pool)}/24`, "dev", bridge.name], env);
  await ip(["link", "set", "dev", bridge.name, "up"], env);
  return { ...bridge, isOpen: await openGate(bridge, env) };
}

/** Takes away the bridge, those of the engine's other networks, and the packet filter's rules. */
export async function lowerBridge(bridge: Bridge, env: Environment): Promise<void> {
  await closeGate(bridge, env);
  const links = await readLinks(env);
  const ours = linksIn(bridge.pool, links).filter((name) => name.startsWith("br-"));
  const names = await linkNames(env);
  for (const name of [...ours, bridge.name]) if (names.includes(name)) await ip(["link", "delete", "dev", name], env);
}

/** The bridge's own address: the pool's second one. */
function gatewayOf(pool: string): string {
  return pool.replace(/\.0\/\d+$/u, ".1");
}

async function chooseBridge(earlier: Bridge | null, env: Environment): Promise<Bridge> {
  const names = await linkNames(env);
  const routes = await readRoutes(env);
  const foreign = earlier === null ? routes : routes.filter(({ device }) => device !== earlier.name && !device.startsWith("br-"));
  const earlierPool = earlier === null ? null : parseNetwork(earlier.pool);
  if (earlier !== null && earlierPool !== null && !foreign.some((route) => overlap(route, earlierPool))) return earlier;
  const pool = choosePool(routes);
  const name = freeName(names);
  if (pool === null || name === null) throw noRoom();
  return { name, pool };
}

function freeName(names: readonly string[]): string | null {
  for (let index = 0; index < MOST_BRIDGES; index += 1) if (!names.includes(`cooper${index}`)) return `cooper${index}`;
  return null;
}

function noRoom(): CooperError {
  return new CooperError("engine-no-addresses", "All networks from 10.200.0.0/16 to 10.254.0.0/16 are in use on this machine.", {
    hint: "Stop a private engine that is no longer needed, or remove a route (`ip route`).",
    exit: EXIT.engine,
  });
}

async function ip(argv: readonly string[], env: Environment): Promise<void> {
  await runProcess(["ip", ...argv], { env, check: true, timeoutMs: 30_000 });
}
