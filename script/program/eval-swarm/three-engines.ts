import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, symlinkSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { uniqueName } from "../../../test/support/container.ts";
import { outputOf, runOnHost } from "../../../test/support/host-command.ts";

/** Engines in network namespaces of their own, joined by a bridge in another one; together they are a Swarm. */
export interface ThreeEngines {
  readonly folder: string;
  /** Addresses of the engines, the manager first. */
  readonly hosts: readonly string[];
  readonly nodes: readonly string[];
  /** Path of an engine's socket on its node, as a template of the Swarm. */
  readonly nodeSocket: string;
  end(): Promise<void>;
}

const WITHIN_MS = 60_000;
const NUMBERS = [1, 2, 3];

/** Starts three engines and makes a Swarm of them; the network of this machine is not touched. */
export async function startThreeEngines(): Promise<ThreeEngines> {
  const folder = mkdtempSync(path.join(tmpdir(), "cooper-swarm-"));
  const space = uniqueName("sw")
    .replaceAll(/[^a-z0-9]/g, "")
    .slice(-9);
  const engines: ChildProcess[] = [];
  const end = (): Promise<void> => takeDown({ folder, space, engines });
  try {
    await makeNetwork(space);
    for (const number of NUMBERS) engines.push(startEngine(folder, space, number));
    const hosts = NUMBERS.map((number) => `unix://${folder}/${number}/sock`);
    for (const host of hosts) await waitFor(host);
    const nodes = await makeSwarm(hosts);
    for (const [index, node] of nodes.entries()) {
      mkdirSync(path.join(folder, "nodes", node), { recursive: true });
      symlinkSync(path.join(folder, String(index + 1), "sock"), path.join(folder, "nodes", node, "sock"));
    }
    return { folder, hosts, nodes, nodeSocket: `${folder}/nodes/{{.Node.ID}}/sock`, end };
  } catch (error) {
    await end();
    throw error;
  }
}

async function makeNetwork(space: string): Promise<void> {
  const ip = (...words: readonly string[]): Promise<string> => outputOf(["ip", ...words]);
  const bridge = `${space}b`;
  await ip("netns", "add", bridge);
  await ip("-n", bridge, "link", "add", "br0", "type", "bridge");
  await ip("-n", bridge, "link", "set", "br0", "up");
  for (const number of NUMBERS) {
    const own = `${space}${number}`;
    await ip("netns", "add", own);
    await ip("link", "add", "e0", "netns", own, "type", "veth", "peer", "name", `p${number}`, "netns", bridge);
    await ip("-n", bridge, "link", "set", `p${number}`, "master", "br0", "up");
    await ip("-n", own, "addr", "add", `10.77.0.${number}/24`, "dev", "e0");
    await ip("-n", own, "link", "set", "e0", "up");
    await ip("-n", own, "link", "set", "lo", "up");
  }
}

function startEngine(folder: string, space: string, number: number): ChildProcess {
  const own = path.join(folder, String(number));
  mkdirSync(own);
  const places = ["--data-root", `${own}/data`, "--exec-root", `${own}/exec`, "--pidfile", `${own}/pid`, "-H", `unix://${own}/sock`];
  const words = [`--net=/run/netns/${space}${number}`, "dockerd", ...places, "--bridge", "none", "--iptables=false"];
  return spawn("nsenter", words, { stdio: "ignore", detached: true });
}

async function waitFor(host: string): Promise<void> {
  const end = performance.now() + WITHIN_MS;
  while ((await runOnHost(["docker", "-H", host, "version"])).exit !== 0) {
    if (performance.now() > end) throw new Error(`the engine at ${host} does not answer`);
    await delay(200);
  }
}

async function makeSwarm(hosts: readonly string[]): Promise<readonly string[]> {
  const nodes: string[] = [];
  let join: readonly string[] = ["init"];
  for (const [index, host] of hosts.entries()) {
    const address = `10.77.0.${index + 1}`;
    await outputOf(["docker", "-H", host, "swarm", ...join, "--advertise-addr", address, "--listen-addr", `${address}:2377`]);
    nodes.push(await outputOf(["docker", "-H", host, "info", "-f", "{{.Swarm.NodeID}}"]));
    if (index > 0) continue;
    const token = await outputOf(["docker", "-H", host, "swarm", "join-token", "-q", "worker"]);
    join = ["join", "--token", token, "10.77.0.1:2377"];
  }
  return nodes;
}

interface Up {
  readonly folder: string;
  readonly space: string;
  readonly engines: readonly ChildProcess[];
}

async function takeDown({ folder, space, engines }: Up): Promise<void> {
  for (const number of NUMBERS) {
    const host = `unix://${folder}/${number}/sock`;
    const { stdout } = await runOnHost(["docker", "-H", host, "ps", "-aq"]);
    const ids = stdout.split("\n").filter((id) => id !== "");
    if (ids.length > 0) await runOnHost(["docker", "-H", host, "rm", "-f", ...ids]);
  }
  await Promise.all(engines.map(endEngine));
  for (const part of ["b", ...NUMBERS]) await runOnHost(["ip", "netns", "del", `${space}${part}`]);
  // An engine leaves the mounts of its network namespaces.
  await runOnHost(["sh", "-c", 'grep -o " $1/[^ ]*" /proc/self/mounts | xargs -r umount -l', "sh", folder]);
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

function endEngine(engine: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (engine.exitCode !== null || engine.signalCode !== null) return resolve();
    const timer = setTimeout(() => engine.kill("SIGKILL"), WITHIN_MS);
    engine.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
    engine.kill("SIGTERM");
  });
}
