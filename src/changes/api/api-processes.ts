import { topContainer } from "../../engine/container/container.ts";
import type { Engine } from "../../engine/open-engine.ts";
import type { ListProcesses, SeenProcess } from "../process-watch.ts";

/** Lists a container's processes through the engine: no sockets and no directories, numbers are the engine's machine's. */
export function openApiProcesses(engine: Engine, containerId: string): ListProcesses {
  return async () => {
    try {
      const { titles, rows } = await topContainer(engine, containerId, "-eo pid,ppid,uid,args");
      return rows.flatMap((row) => processOf(titles, row));
    } catch {
      return null;
    }
  };
}

function processOf(titles: readonly string[], row: readonly string[]): SeenProcess[] {
  const field = (name: string): string => row[titles.indexOf(name)] ?? "";
  const pid = Number(field("PID"));
  if (!Number.isInteger(pid) || pid === 0) return [];
  const argv = (field("COMMAND") || field("CMD")).split(" ").filter((word) => word !== "");
  return [{ hostPid: pid, pid, parent: Number(field("PPID")) || 0, argv, uid: Number(field("UID")) || 0, cwd: null, listening: [] }];
}
