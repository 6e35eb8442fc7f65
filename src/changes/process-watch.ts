import type { ContainerInfo } from "../engine/container/container.ts";
import type { Engine } from "../engine/open-engine.ts";
import type { LeftProcess } from "../format/proc/left-process.ts";
import { openApiProcesses } from "./api/api-processes.ts";
import { openProcFolder } from "./proc/proc-folder.ts";

/** Processes of the recorder itself; asked anew at each look. */
export interface IgnoredProcesses {
  /** Numbers as the engine's machine has them (of an exec). */
  readonly hostPids?: () => readonly number[];
  /** Numbers as the container has them (of shells in the recorded shell); their parents up to the recorder's are ignored too. */
  readonly pids?: () => readonly number[];
}

export interface SeenProcess extends LeftProcess {
  /** Its number on the engine's machine. */
  readonly hostPid: number;
}

/** Lists the processes of a container; null when that is not possible (any more). */
export type ListProcesses = () => Promise<readonly SeenProcess[] | null>;

export interface ProcessNews {
  readonly processes: readonly LeftProcess[];
  readonly ended: readonly number[];
}

/** Opens the watch with the processes that run now: they are nobody's. */
export async function openProcessWatch(options: {
  readonly engine: Engine;
  readonly container: ContainerInfo;
  readonly ignore?: IgnoredProcesses;
}): Promise<ProcessWatch> {
  const { engine, container, ignore } = options;
  const list = (await openProcFolder(engine, container)) ?? openApiProcesses(engine, container.id);
  const watch = new ProcessWatch(list, ignore ?? {});
  await watch.look();
  return watch;
}

/** Compares the processes of a container between two looks. */
export class ProcessWatch {
  readonly #list: ListProcesses;
  readonly #ignore: IgnoredProcesses;
  #known: ReadonlyMap<number, string> = new Map();

  constructor(list: ListProcesses, ignore: IgnoredProcesses) {
    this.#list = list;
    this.#ignore = ignore;
  }

  async look(): Promise<ProcessNews> {
    const seen = await this.#list();
    if (seen === null) return { processes: [], ended: [] };
    const counted = withoutIgnored(seen, this.#ignore);
    const now = new Map(counted.map((process) => [process.pid, JSON.stringify([process.argv, process.uid, process.listening])]));
    const processes = counted.filter((process) => this.#known.get(process.pid) !== now.get(process.pid)).map(leftProcess);
    const ended = [...this.#known.keys()].filter((pid) => !now.has(pid));
    this.#known = now;
    return { processes: processes.sort((a, b) => a.pid - b.pid), ended: ended.sort((a, b) => a - b) };
  }
}

function leftProcess({ hostPid: _hostPid, ...process }: SeenProcess): LeftProcess {
  return process;
}

function withoutIgnored(seen: readonly SeenProcess[], ignore: IgnoredProcesses): readonly SeenProcess[] {
  const hostPids = new Set(ignore.hostPids?.() ?? []);
  const pids = new Set(ignore.pids?.() ?? []);
  const byPid = new Map(seen.map((process) => [process.pid, process]));
  const ignored = new Set<number>();
  for (const process of seen) {
    if (!hostPids.has(process.hostPid) && !pids.has(process.pid)) continue;
    // Between a nested shell and the recorder's own stand su, sudo and the like.
    const isNested = pids.has(process.pid);
    for (let at: SeenProcess | undefined = process; at !== undefined && !ignored.has(at.pid) && at.pid !== 1; at = byPid.get(at.parent)) {
      ignored.add(at.pid);
      if (!isNested || hostPids.has(at.hostPid)) break;
    }
  }
  return seen.filter((process) => !ignored.has(process.pid));
}
