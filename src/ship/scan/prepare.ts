import type { ContainerInfo } from "../../engine/container.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { linkTarget } from "../../system/proc.ts";
import { type LayerRecords, readLayerRecords } from "../../trace/layer-records.ts";
import type { LayerReader } from "../../trace/layer-reader.ts";
import { type HostPlace, locate, type Place } from "./locate/locate.ts";
import { listProcesses } from "./processes/list-processes.ts";
import type { ScanRequest } from "./pipeline.ts";
import type { Subject } from "./scan-container.ts";

/** Locates all containers and reads the extended attributes of all their images' layers, each once. */
export async function prepare(
  engine: Engine,
  containers: readonly ContainerInfo[],
  { reader, rulesOf, host }: Pick<ScanRequest, "rulesOf" | "host"> & { readonly reader: LayerReader | null },
): Promise<readonly Subject[]> {
  if (containers.length === 0) return [];
  const located: { readonly container: ContainerInfo; readonly place: Place; readonly spaceBefore: string | null }[] = [];
  for (const container of containers) {
    const spaceBefore = spaceOf(container, host);
    const place: Place = reader === null ? { evidence: "api", why: "the sensor is not there" } : locate(engine, container, host);
    located.push({ container, place, spaceBefore });
  }
  const units = await Promise.all(containers.map(rulesOf));
  const folders = new Set(located.flatMap(({ place }) => (place.evidence === "layer" ? place.folders.lower : [])));
  const attributes = reader === null ? new Map<string, LayerRecords>() : await attributesOf(reader, [...folders]);
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
export type AttributesByFolder = ReadonlyMap<string, LayerAttributes> | string;

type LayerAttributes = Pick<LayerRecords, "attributes" | "unread">;

async function attributesOf(reader: LayerReader, folders: readonly string[]): Promise<AttributesByFolder> {
  const found = new Map<string, LayerAttributes>();
  const problems = await Promise.all(
    folders.map((folder) =>
      reader.read("attributes", folder, (bytes) => {
        const { attributes, unread } = readLayerRecords(bytes);
        const before = found.get(folder);
        found.set(folder, {
          attributes: before === undefined ? attributes : new Map([...before.attributes, ...attributes]),
          unread: [...(before?.unread ?? []), ...unread],
        });
        return Promise.resolve(true);
      }),
    ),
  );
  return problems.find((problem) => problem !== null) ?? found;
}
