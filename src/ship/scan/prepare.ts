import { availableParallelism } from "node:os";
import type { ContainerInfo } from "../../engine/container.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { linkTarget } from "../../system/proc.ts";
import { readAttributes, type TreeAttributes } from "../../trace/read-attributes.ts";
import { type HostPlace, locate, type Place } from "./locate/locate.ts";
import { listProcesses } from "./processes/list-processes.ts";
import type { ScanRequest } from "./pipeline.ts";
import type { Subject } from "./scan-container.ts";

/** Locates all containers and reads the extended attributes of all their layers, each once. */
export async function prepare(
  engine: Engine,
  containers: readonly ContainerInfo[],
  { sensor, rulesOf, host }: Pick<ScanRequest, "sensor" | "rulesOf" | "host">,
): Promise<readonly Subject[]> {
  if (containers.length === 0) return [];
  const located: { readonly container: ContainerInfo; readonly place: Place; readonly spaceBefore: string | null }[] = [];
  for (const container of containers) {
    const spaceBefore = spaceOf(container, host);
    located.push({ container, place: locate(engine, container, host), spaceBefore });
  }
  const units = await Promise.all(containers.map(rulesOf));
  const folders = new Set(
    located.flatMap(({ place }) => (place.evidence === "layer" ? [place.folders.upper, ...place.folders.lower] : [])),
  );
  const attributes = await attributesOf(sensor, [...folders]);
  const processes = engine.isLocal ? listProcesses(host.proc) : null;
  return located.map(({ container, place, spaceBefore }, index) => ({
    container,
    place,
    spaceBefore,
    unit: units[index] ?? null,
    attributes,
    pids: container.state.pid > 0 ? (processes?.of(container.state.pid) ?? []) : [],
  }));
}

/** What tells whether it is still the same run of a container; null when it does not run here. */
export function spaceOf({ state }: ContainerInfo, { proc }: HostPlace): string | null {
  return state.pid > 0 ? linkTarget(`${proc}/${state.pid}/ns/mnt`) : null;
}

/** Folder to attributes, or why there are none. */
export type AttributesByFolder = ReadonlyMap<string, TreeAttributes> | string;

async function attributesOf(sensor: string | null, folders: readonly string[]): Promise<AttributesByFolder> {
  if (sensor === null) return "the sensor is not there";
  const parts = Math.min(availableParallelism(), Math.ceil(folders.length / 8) || 1);
  const found = new Map<string, TreeAttributes>();
  const shares = Array.from({ length: parts }, (_none, part) => folders.filter((_folder, index) => index % parts === part));
  const trees = await Promise.all(shares.map((share) => readAttributes(sensor, share)));
  for (const [part, read] of trees.entries()) {
    if (typeof read === "string") return read;
    for (const [index, tree] of read.entries()) found.set(shares[part]?.[index] ?? "", tree);
  }
  return found;
}
