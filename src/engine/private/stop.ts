import { readFile } from "node:fs/promises";
import { CooperError } from "../../base/errors.ts";
import type { Emit } from "../../base/events.ts";
import { EXIT } from "../../base/exit-code.ts";
import { removeTree } from "../../system/file/files.ts";
import { runProcess } from "../../system/process/process.ts";
import type { Environment } from "../endpoint/endpoint.ts";
import { lowerBridge, readBridge } from "./bridge.ts";
import { daemonPid, isDaemon, leftPids, systemEnvironment } from "./daemon.ts";
import { type PrivatePaths, privatePaths, requireRoot } from "./paths.ts";
import { waitFor } from "./wait.ts";

export interface StopOptions {
  readonly env: Environment;
  readonly emit: Emit;
  /** Also remove its images, containers and volumes. */
  readonly purge?: boolean;
}

const TERM_WITHIN_MS = 90_000;
const KILL_WITHIN_MS = 30_000;

/** Stops the private engine with its containers, and removes its bridge, rules, sockets and mounts; its images stay unless purged. */
export async function stopPrivateEngine(options: StopOptions): Promise<{ readonly wasRunning: boolean }> {
  const paths = privatePaths(options.env);
  const env = systemEnvironment(options.env);
  const pid = await daemonPid(paths);
  if (pid === null && (await readBridge(paths)) === null) return { wasRunning: false };
  requireRoot();
  if (pid !== null) {
    options.emit({ kind: "progress", text: `stopping the engine (process ${pid}) and its containers` });
    await endDaemon(paths, pid);
  }
  await clearLeftovers(paths, env);
  if (options.purge === true) await purge(paths, options.emit);
  return { wasRunning: pid !== null };
}

/** Ends the daemon: asks first, kills when it does not go. */
export async function endDaemon(paths: PrivatePaths, pid: number): Promise<void> {
  const isGone = async (): Promise<true | null> => ((await isDaemon(paths, pid)) ? null : true);
  for (const [signal, withinMs] of [
    ["SIGTERM", TERM_WITHIN_MS],
    ["SIGKILL", KILL_WITHIN_MS],
  ] as const) {
    if ((await isGone()) !== null) return;
    send(pid, signal);
    if ((await waitFor(isGone, { withinMs })) !== null) return;
  }
  throw new CooperError("engine-stop-failed", `The private engine (process ${pid}) does not end, even when killed.`, {
    hint: "A process that waits for a disk cannot be killed; see `ps` and the kernel's log.",
    exit: EXIT.engine,
  });
}

/** Removes what an engine that is no longer running left: processes, mounts, sockets, bridge, rules. */
export async function clearLeftovers(paths: PrivatePaths, env: Environment): Promise<void> {
  const noneLeft = async (): Promise<true | null> => {
    const pids = await leftPids(paths);
    for (const pid of pids) send(pid, "SIGKILL");
    return pids.length === 0 ? true : null;
  };
  await waitFor(noneLeft, { withinMs: KILL_WITHIN_MS });
  for (const mount of await mountsBelow(paths.folder)) await runProcess(["umount", "--lazy", mount], { env, timeoutMs: 30_000 });
  for (const path of [paths.socket, paths.pidFile, paths.exec]) await removeTree(path);
  const bridge = await readBridge(paths);
  if (bridge !== null) await lowerBridge(bridge, env);
}

async function purge(paths: PrivatePaths, emit: Emit): Promise<void> {
  const mounts = await mountsBelow(paths.folder);
  if (mounts.length > 0) {
    throw new CooperError("engine-stop-failed", `Something is still mounted at ${mounts[0] ?? ""}; nothing was removed.`, {
      exit: EXIT.engine,
    });
  }
  emit({ kind: "progress", text: `removing ${paths.folder}` });
  await removeTree(paths.folder);
}

/** The places below a folder where something is mounted, the deepest first. */
async function mountsBelow(folder: string): Promise<readonly string[]> {
  const lines = (await readFile("/proc/self/mountinfo", "utf8")).trimEnd().split("\n");
  const places = lines.map((line) => decodeOctal(line.split(" ")[4] ?? ""));
  return places.filter((place) => place.startsWith(`${folder}/`)).toReversed();
}

// The kernel writes blanks and the like as \040.
function decodeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/gu, (_, digits: string) => String.fromCodePoint(Number.parseInt(digits, 8)));
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself.
  }
}
