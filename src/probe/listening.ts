import type { ContainerInfo } from "../engine/container/container.ts";
import { runInContainer } from "../engine/stream/exec.ts";
import type { Engine } from "../engine/open-engine.ts";
import type { ListeningSocket } from "../format/proc/left-process.ts";
import { parseSocketTable } from "../format/proc/socket-table.ts";
import { readTextIfThere } from "../system/file/files.ts";

const TABLES = [
  ["tcp", "tcp"],
  ["tcp6", "tcp"],
  ["udp", "udp"],
  ["udp6", "udp"],
] as const;

async function readTable(engine: Engine, container: ContainerInfo, name: string): Promise<string> {
  if (engine.isLocal) {
    const text = await readTextIfThere(`/proc/${container.state.pid}/net/${name}`).catch(() => null);
    if (text !== null) return text;
  }
  const result = await runInContainer(engine, container.id, ["cat", `/proc/net/${name}`]).catch(() => null);
  return result?.stdout.toString("utf8") ?? "";
}

/** The sockets that wait for connections in a running container. */
export async function listeningSockets(engine: Engine, container: ContainerInfo): Promise<readonly ListeningSocket[]> {
  const tables = await Promise.all(
    TABLES.map(async ([name, protocol]) => parseSocketTable(await readTable(engine, container, name), protocol)),
  );
  return tables.flat();
}
