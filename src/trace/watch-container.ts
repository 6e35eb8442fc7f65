import type { Engine } from "../engine/open-engine.ts";
import { decodePath } from "../format/tree/path-bytes.ts";
import { checkSensorVolume, fillSensorVolume } from "./sensor-volume.ts";
import { Watching } from "./watch-helper.ts";

/** What a process did with a path of a watched container's root file system. */
export interface WatchedAct {
  readonly pid: number;
  /** Its parents, nearest first, as far as they were still there to be asked; ends with 0 where all are known. */
  readonly parents: readonly number[];
  readonly act: "opened" | "executed" | "written" | "listed";
  readonly path: string;
}

export interface ContainerWatch {
  /**
   * What happened since the last time, or the beginning: what was done before the call is in it. Each process and path once an act.
   * Null when the helper has ended: then not all is known.
   */
  take(): Promise<readonly WatchedAct[] | null>;
  remove(): Promise<void>;
}

const ACTS: ReadonlyMap<string, WatchedAct["act"]> = new Map([
  ["O", "opened"],
  ["X", "executed"],
  ["W", "written"],
  ["L", "listed"],
]);

/** Watches a running container from a helper that shares its processes; nothing is put into it. Throws where the engine or the kernel forbids that. */
export async function watchContainer(
  engine: Engine,
  { program, ...watched }: { readonly container: string; readonly image: string; readonly program: Uint8Array; readonly run: string },
): Promise<ContainerWatch> {
  const prepare = async (id: string): Promise<void> => {
    await fillSensorVolume(engine, id, program);
    await checkSensorVolume(engine, id, program);
  };
  const watching = await Watching.start(engine, { ...watched, volume: null, prepare });
  const parents = new Map<number, number>();
  return {
    take: async () => {
      const records = await watching.take();
      return watching.hasEnded ? null : readActs(records, parents);
    },
    remove: () => watching.remove(),
  };
}

/** Reads records (letter, pid, tab, path); "P" has a parent instead of the path and is remembered, since a process may be gone later. */
export function readActs(records: readonly Buffer[], parents: Map<number, number>): readonly WatchedAct[] {
  const acts: WatchedAct[] = [];
  for (const record of records) {
    const tab = record.indexOf(9);
    const letter = record.toString("latin1", 0, 1);
    const pid = Number(record.toString("latin1", 1, tab));
    const act = ACTS.get(letter);
    if (letter === "P") parents.set(pid, Number(record.toString("latin1", tab + 1)));
    else if (act !== undefined && tab > 1)
      acts.push({ pid, parents: parentsOf(pid, parents), act, path: decodePath(record.subarray(tab + 1)) });
  }
  return acts;
}

function parentsOf(pid: number, parents: ReadonlyMap<number, number>): readonly number[] {
  const chain: number[] = [];
  for (let at = parents.get(pid); at !== undefined && !chain.includes(at); at = parents.get(at)) chain.push(at);
  return chain;
}
