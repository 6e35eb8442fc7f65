import type { ContainerInfo } from "../../engine/container/container.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { linkTarget } from "../../system/process/proc.ts";
import { type LayerRecords, readLayerRecords } from "../../trace/layer-records.ts";
import type { LayerReader } from "../../trace/layer-reader.ts";
import { type HostPlace, locate, type Place } from "./locate/locate.ts";
import { listProcesses } from "./processes/list-processes.ts";
import type { ScanRequest } from "./pipeline.ts";
import type { Subject } from "./scan-container.ts";

const NO_SENSOR = "the sensor is not there";

/** Locates all containers and reads the extended attributes of all their images' layers, each once. */
export async function prepare(
  engine: Engine,
  containers: readonly ContainerInfo[],
  { attributes: known, rulesOf, host }: Pick<ScanRequest, "rulesOf" | "host"> & { readonly attributes: AttributesOfLayers },
): Promise<readonly Subject[]> {
  if (containers.length === 0) return [];
  const located: { readonly container: ContainerInfo; readonly place: Place; readonly spaceBefore: string | null }[] = [];
  for (const container of containers) {
    const spaceBefore = spaceOf(container, host);
    const place: Place = !known.isThere ? { evidence: "api", why: NO_SENSOR } : locate(engine, container, host);
    located.push({ container, place, spaceBefore });
  }
  const units = await Promise.all(containers.map(rulesOf));
  const folders = new Set(located.flatMap(({ place }) => (place.evidence === "layer" ? place.folders.lower : [])));
  const attributes = await known.of([...folders]);
  const processes = engine.isLocal && containers.some(({ state }) => state.pid > 0) ? listProcesses(host.proc) : null;
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

/** Reads the extended attributes of images' layers, those of each layer once. */
export class AttributesOfLayers {
  readonly #reader: LayerReader | null;
  readonly #found = new Map<string, LayerAttributes>();
  readonly #reading = new Map<string, Promise<string | null>>();

  constructor(reader: LayerReader | null) {
    this.#reader = reader;
  }

  /** False: there is nothing to read with. */
  get isThere(): boolean {
    return this.#reader !== null;
  }

  async of(folders: readonly string[]): Promise<AttributesByFolder> {
    const problems = await Promise.all(folders.map((folder) => this.#read(folder)));
    return problems.find((problem) => problem !== null) ?? this.#found;
  }

  #read(folder: string): Promise<string | null> {
    const known = this.#reading.get(folder) ?? this.#ask(folder);
    this.#reading.set(folder, known);
    return known;
  }

  async #ask(folder: string): Promise<string | null> {
    if (this.#reader === null) return NO_SENSOR;
    return await this.#reader.read("attributes", folder, (bytes) => {
      const { attributes, unread } = readLayerRecords(bytes);
      const before = this.#found.get(folder);
      this.#found.set(folder, {
        attributes: before === undefined ? attributes : new Map([...before.attributes, ...attributes]),
        unread: [...(before?.unread ?? []), ...unread],
      });
      return Promise.resolve(true);
    });
  }
}
