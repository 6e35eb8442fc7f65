import type { ContainerInfo } from "../../engine/container/container.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { parseControlGroups } from "../../format/proc/control-group.ts";
import type { ListeningSocket } from "../../format/proc/left-process.ts";
import { type MountLine, parseMountInfo } from "../../format/proc/mount-info.ts";
import { parseIdMap } from "../../format/proc/id-map.ts";
import { parseCommandLine, parseProcessStatus, type ProcessStatus } from "../../format/proc/process-status.ts";
import { type ListeningRow, parseSocketTable } from "../../format/proc/socket-table.ts";
import { linkTarget, listFolder, readBytesSync } from "../../system/process/proc.ts";
import type { ListProcesses, SeenProcess } from "../process-watch.ts";

/** Reads the container's processes from this machine's /proc; null where they cannot be seen. */
export async function openProcFolder(engine: Engine, container: ContainerInfo): Promise<ListProcesses | null> {
  const { pid } = container.state;
  if (!engine.isLocal || pid <= 0 || readBytesSync(`/proc/${pid}/status`) === null) return null;
  const group = groupFolder(pid);
  const space = linkTarget(`/proc/${pid}/ns/pid`);
  if (group === null && space === null) return null;
  return async () => {
    const pids = group === null ? pidsOfSpace(space) : pidsOfGroup(group);
    return pids === null ? null : describe(pids);
  };
}

function textOf(path: string): string {
  return readBytesSync(path)?.toString("latin1") ?? "";
}

/** The folder of the container's control group, where it is to be seen and lists the container's first process. */
function groupFolder(pid: number): string | null {
  const mounts = parseMountInfo(textOf("/proc/self/mountinfo"));
  for (const { controllers, path } of parseControlGroups(textOf(`/proc/${pid}/cgroup`))) {
    if (path === "/") continue;
    const mount = mounts.find((one) => holdsGroup(one, controllers));
    const folder = mount === undefined ? null : `${mount.mountPoint}${path}`;
    if (folder !== null && pidsOfGroup(folder)?.includes(pid) === true) return folder;
  }
  return null;
}

function holdsGroup(mount: MountLine, controllers: readonly string[]): boolean {
  if (controllers.length === 0) return mount.type === "cgroup2";
  return (
    mount.type === "cgroup" &&
    controllers.every((name) => mount.superOptions.has(name) || mount.superOptions.get("name") === name.replace(/^name=/, ""))
  );
}

function pidsOfGroup(folder: string): number[] | null {
  const text = readBytesSync(`${folder}/cgroup.procs`)?.toString("latin1");
  if (text === undefined) return null;
  const pids = text
    .split("\n")
    .filter((line) => line !== "" && line !== "0")
    .map(Number);
  // A container that runs systemd has groups of its own.
  for (const name of listFolder(folder)) if (name.isFolder) pids.push(...(pidsOfGroup(`${folder}/${name.name}`) ?? []));
  return pids;
}

function pidsOfSpace(space: string | null): number[] | null {
  const pids = listFolder("/proc")
    .map(({ name }) => Number(name))
    .filter(Number.isInteger);
  const inside = pids.filter((pid) => linkTarget(`/proc/${pid}/ns/pid`) === space);
  return inside.length === 0 ? null : inside;
}

function describe(pids: readonly number[]): SeenProcess[] {
  const statuses = new Map<number, ProcessStatus>();
  for (const pid of pids) {
    const status = parseProcessStatus(textOf(`/proc/${pid}/status`));
    if (status !== null && !status.isZombie) statuses.set(pid, status);
  }
  const rows = new Map<string, readonly ListeningRow[]>();
  return [...statuses].map(([hostPid, status]) => ({
    hostPid,
    pid: status.innerPid,
    parent: statuses.get(status.parent)?.innerPid ?? 0,
    argv: parseCommandLine(readBytesSync(`/proc/${hostPid}/cmdline`) ?? Buffer.alloc(0)),
    uid: parseIdMap(textOf(`/proc/${hostPid}/uid_map`))(status.uid),
    cwd: linkTarget(`/proc/${hostPid}/cwd`),
    listening: listeningOf(hostPid, rows),
  }));
}

/** The sockets of a process that listen; the tables are those of its network, read once per look. */
function listeningOf(pid: number, tables: Map<string, readonly ListeningRow[]>): ListeningSocket[] {
  const inodes = new Set<string>();
  for (const { name } of listFolder(`/proc/${pid}/fd`)) {
    const inode = /^socket:\[(\d+)\]$/.exec(linkTarget(`/proc/${pid}/fd/${name}`) ?? "")?.[1];
    if (inode !== undefined) inodes.add(inode);
  }
  if (inodes.size === 0) return [];
  const network = linkTarget(`/proc/${pid}/ns/net`) ?? String(pid);
  const rows = tables.get(network) ?? readTables(pid);
  tables.set(network, rows);
  const own = rows.filter((row) => inodes.has(row.inode)).map(({ protocol, address, port }) => ({ protocol, address, port }));
  return own.sort((a, b) => a.port - b.port || (a.address < b.address ? -1 : 1));
}

function readTables(pid: number): ListeningRow[] {
  const table = (name: string, protocol: "tcp" | "udp"): ListeningRow[] => parseSocketTable(textOf(`/proc/${pid}/net/${name}`), protocol);
  return [...table("tcp", "tcp"), ...table("tcp6", "tcp"), ...table("udp", "udp"), ...table("udp6", "udp")];
}
