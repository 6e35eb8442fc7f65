import { listContainers, removeContainer } from "../../engine/container/container.ts";
import { removeImage } from "../../engine/image/image.ts";
import { listImages } from "../../engine/image/list-images.ts";
import { listNetworks } from "../../engine/list-networks.ts";
import { removeNetwork } from "../../engine/network.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { listVolumes, removeVolume } from "../../engine/volume.ts";
import { unlessUsed } from "../execute/unless-used.ts";
import type { LedgerRecord } from "../release/ledger-record.ts";

/** What is left of a unit's instances beside production that do not run, and images of it that no name leads to any more. */
export interface LeftOfUnit {
  readonly containers: readonly Left[];
  readonly networks: readonly Left[];
  readonly volumes: readonly Left[];
  readonly images: readonly Left[];
}

interface Left {
  readonly id: string;
  readonly name: string;
}

/** Finds it. Production's containers, networks and volumes are never among it, nor what belongs to an instance of which a container may still run. */
export async function findLeft(engine: Engine, unit: string, records: readonly LedgerRecord[]): Promise<LeftOfUnit> {
  const modes = await Promise.all(["test", "dev"].map((mode) => findOfMode(engine, unit, mode)));
  const images = await listImages(engine);
  const all = await listContainers(engine, { all: true });
  const removed = new Set(modes.flatMap(({ containers }) => containers.map(({ id }) => id)));
  const used = new Set(all.filter(({ id }) => !removed.has(id)).map(({ imageId }) => imageId));
  const built = new Set(records.flatMap((record) => (record.act === "built" ? [record.image] : [])));
  return {
    containers: modes.flatMap(({ containers }) => containers),
    networks: modes.flatMap(({ networks }) => networks),
    volumes: modes.flatMap(({ volumes }) => volumes),
    images: images
      .filter(({ id, tags }) => built.has(id) && tags.length === 0 && !used.has(id))
      .map(({ id }) => ({ id, name: id.replace("sha256:", "").slice(0, 12) })),
  };
}

const ENDED = ["exited", "dead"];

async function findOfMode(engine: Engine, unit: string, mode: string): Promise<Omit<LeftOfUnit, "images">> {
  const labels = [`cooper.unit=${unit}`, `cooper.mode=${mode}`];
  const containers = await listContainers(engine, { all: true, labels });
  if (containers.some(({ status }) => !ENDED.includes(status))) return { containers: [], networks: [], volumes: [] };
  const [networks, volumes] = await Promise.all([listNetworks(engine, labels), listVolumes(engine, { label: labels[0] ?? "" })]);
  const ofMode = volumes.filter((volume) => volume.labels["cooper.mode"] === mode);
  return { containers, networks, volumes: ofMode.map(({ name }) => ({ id: name, name })) };
}

/** Removes it; gives what is gone. What somebody else uses meanwhile stays. */
export async function removeLeft(engine: Engine, left: LeftOfUnit): Promise<LeftOfUnit> {
  return {
    containers: await removeEach(left.containers, ({ id }) => removeContainer(engine, id, { volumes: true })),
    networks: await removeEach(left.networks, ({ id }) => removeNetwork(engine, id)),
    volumes: await removeEach(left.volumes, ({ id }) => removeVolume(engine, id)),
    images: await removeEach(left.images, ({ id }) => removeImage(engine, id)),
  };
}

async function removeEach(all: readonly Left[], remove: (one: Left) => Promise<void>): Promise<readonly Left[]> {
  const gone: Left[] = [];
  for (const one of all) {
    if (await unlessUsed(remove(one))) gone.push({ id: one.id, name: one.name });
  }
  return gone;
}
