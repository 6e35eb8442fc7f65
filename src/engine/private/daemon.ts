import { readdir, readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { pathExists, readTextIfThere } from "../../system/file/files.ts";
import type { Environment } from "../endpoint/endpoint.ts";
import type { Bridge } from "./gate.ts";
import type { PrivatePaths } from "./paths.ts";

const SYSTEM_FOLDERS = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/** The environment with the folders of a system's programs in PATH: a person's PATH often lacks them. */
export function systemEnvironment(env: Environment): Environment {
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return { ...env, PATH: [...new Set([...folders, ...SYSTEM_FOLDERS])].join(delimiter) };
}

/** The path of the installed `dockerd`; throws `dockerd-missing`. */
export async function findDockerd(env: Environment): Promise<string> {
  for (const folder of (env["PATH"] ?? "").split(delimiter)) {
    const program = join(folder, "dockerd");
    if (await pathExists(program)) return program;
  }
  throw new CooperError("dockerd-missing", "There is no `dockerd` here to run a private engine with.", {
    hint: "Install it: `apt-get install docker.io` (Debian, Ubuntu), `dnf install moby-engine` (Fedora), `apk add docker-engine` (Alpine).",
    exit: EXIT.engine,
  });
}

/** The command that runs the private engine: nothing of it is shared with another engine. */
export function dockerdCommand(program: string, paths: PrivatePaths, bridge: Bridge): readonly string[] {
  const namespace = `cooper-${bridge.name}`;
  return [
    program,
    `--host=unix://${paths.socket}`,
    `--config-file=${paths.configFile}`,
    "--data-root",
    paths.data,
    `--exec-root=${paths.exec}`,
    "--pidfile",
    paths.pidFile,
    `--bridge=${bridge.name}`,
    `--default-address-pool=base=${bridge.pool},size=24`,
    "--iptables=false",
    "--ip6tables=false",
    // Where a system's containerd runs, dockerd uses it: there the names are kept apart.
    `--containerd-namespace=${namespace}`,
    `--containerd-plugins-namespace=${namespace}-plugins`,
  ];
}

/** The pid of the private engine's daemon while it runs, else null. */
export async function daemonPid(paths: PrivatePaths): Promise<number | null> {
  const pid = Number((await readTextIfThere(paths.pidFile))?.trim() ?? "");
  if (!Number.isInteger(pid) || pid < 2) return null;
  return (await isDaemon(paths, pid)) ? pid : null;
}

/** True when the process with this pid is the private engine's daemon: a pid file survives a crash, and its number is given to others. */
export async function isDaemon(paths: PrivatePaths, pid: number): Promise<boolean> {
  const words = await commandOf(pid);
  return words.includes(paths.data) && words.includes("--pidfile");
}

/** The pids of all that the private engine left running when it was killed: its containerd, the keepers of its containers, and the containers' first processes. */
export async function leftPids(paths: PrivatePaths): Promise<readonly number[]> {
  const pids = (await readdir("/proc")).map(Number).filter((pid) => Number.isInteger(pid) && pid > 1 && pid !== process.pid);
  const ours: number[] = [];
  for (const pid of pids) {
    const words = await commandOf(pid);
    if (words.some((word) => word.startsWith(`${paths.exec}/`)) && /^(containerd|docker)/u.test(basename(words[0] ?? ""))) ours.push(pid);
  }
  return [...ours, ...(await childrenOf(ours, pids))];
}

// A keeper's child outlives it: it has to be known before the keeper is gone. Whatever else runs in a container ends with its first process.
async function childrenOf(parents: readonly number[], pids: readonly number[]): Promise<readonly number[]> {
  const found: number[] = [];
  for (const pid of pids) {
    const parent = /^PPid:\t(\d+)$/mu.exec((await readTextIfThere(`/proc/${pid}/status`).catch(() => null)) ?? "")?.[1];
    if (!parents.includes(pid) && parents.includes(Number(parent))) found.push(pid);
  }
  return found;
}

function basename(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

async function commandOf(pid: number): Promise<readonly string[]> {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, "utf8")).split("\0");
  } catch {
    return [];
  }
}
