import { rename } from "node:fs/promises";
import { join } from "node:path";
import { CooperError } from "../../base/errors.ts";
import type { Emit } from "../../base/events.ts";
import { EXIT } from "../../base/exit-code.ts";
import type { Finding } from "../../base/finding.ts";
import { pathExists, readTextIfThere, removeTree, writeFileAtomically } from "../../system/file/files.ts";
import { spawnDetached } from "../../system/process/process.ts";
import { makePrivateFolder } from "../../system/store/state-folder.ts";
import type { Environment } from "../endpoint/endpoint.ts";
import { raiseBridge } from "./bridge.ts";
import { daemonPid, dockerdCommand, findDockerd, isDaemon, systemEnvironment } from "./daemon.ts";
import { linkNames } from "./links.ts";
import { type PrivatePaths, privatePaths, requireRoot, requireShortPath } from "./paths.ts";
import { askEngine, type PrivateEngineStatus, privateEngineStatus } from "./status.ts";
import { clearLeftovers, endDaemon } from "./stop.ts";
import { waitFor } from "./wait.ts";

export interface StartOptions {
  readonly env: Environment;
  readonly emit: Emit;
  readonly signal?: AbortSignal;
  /** How long it may take until it answers. */
  readonly withinMs?: number;
}

const START_WITHIN_MS = 180_000;

/** Starts the private engine and waits until it answers; `wasRunning` when it did already. Throws `dockerd-missing`, `engine-needs-root`, `engine-start-failed`. */
export async function startPrivateEngine(options: StartOptions): Promise<PrivateEngineStatus & { readonly wasRunning: boolean }> {
  const paths = privatePaths(options.env);
  const running = await daemonPid(paths);
  if (running === null) await launchAndWait(paths, options);
  else await waitUntilReady(paths, running, options);
  return { ...(await privateEngineStatus(options.env)), wasRunning: running !== null };
}

async function launchAndWait(paths: PrivatePaths, options: StartOptions): Promise<void> {
  const env = systemEnvironment(options.env);
  const pid = await launch(paths, env, options);
  try {
    await waitUntilReady(paths, pid, options);
  } catch (error) {
    await endDaemon(paths, pid);
    await clearLeftovers(paths, env);
    throw error;
  }
}

async function launch(paths: PrivatePaths, env: Environment, options: StartOptions): Promise<number> {
  requireRoot();
  requireShortPath(paths);
  const program = await findDockerd(env);
  await makePrivateFolder(paths.folder);
  await clearLeftovers(paths, env);
  if (await pathExists(paths.log)) await rename(paths.log, `${paths.log}.old`);
  await writeFileAtomically(paths.configFile, "{}\n", 0o600);
  await spareOtherBridge(paths, env);
  const bridge = await raiseBridge(paths, env);
  options.emit({
    kind: "progress",
    text: `starting ${program} (folder ${paths.folder}, network ${bridge.name}, addresses ${bridge.pool})`,
  });
  if (!bridge.isOpen) options.emit({ kind: "finding", finding: closedFinding(bridge.name) });
  return spawnDetached(dockerdCommand(program, paths, bridge), { logFile: paths.log, env });
}

function closedFinding(name: string): Finding {
  return {
    code: "engine-network-closed",
    message: `The packet filter could not be set for ${name}: containers of the private engine reach this machine alone.`,
    hint: "Install iptables, and start the engine again.",
  };
}

async function waitUntilReady(paths: PrivatePaths, pid: number, options: StartOptions): Promise<void> {
  const withinMs = options.withinMs ?? START_WITHIN_MS;
  const look = async (): Promise<"ready" | "ended" | null> => {
    if ((await askEngine(paths)) !== null) return "ready";
    return (await isDaemon(paths, pid)) ? null : "ended";
  };
  options.emit({ kind: "progress", text: `waiting until it answers (${withinMs / 1000} s at most)` });
  const answer = await waitFor(look, { withinMs, signal: options.signal });
  if (answer === "ready") return;
  options.signal?.throwIfAborted();
  throw await startFailed(paths, answer === "ended" ? "it ended" : `it did not answer within ${withinMs / 1000} s`);
}

const LOG_LINES = 6;

async function startFailed(paths: PrivatePaths, why: string): Promise<CooperError> {
  const log = (await readTextIfThere(paths.log)) ?? "";
  const telling = log.split("\n").filter((line) => /level=(error|fatal)|^failed|unknown flag/u.test(line));
  const lines = (telling.length === 0 ? log.trimEnd().split("\n") : telling).slice(-LOG_LINES);
  return new CooperError("engine-start-failed", `The private engine did not start: ${why}.\n${lines.join("\n")}`, {
    hint: `Read ${paths.log}.`,
    exit: EXIT.engine,
    where: { file: paths.log },
  });
}

/**
 * A dockerd that has an address pool and finds its default network of an earlier run removes the link "docker0" by name, whoever's it is (moby,
 * initNetworkController). Where another engine has one, the private engine forgets its networks and makes them anew.
 */
async function spareOtherBridge(paths: PrivatePaths, env: Environment): Promise<void> {
  if ((await linkNames(env)).includes("docker0")) await removeTree(join(paths.data, "network", "files"));
}
