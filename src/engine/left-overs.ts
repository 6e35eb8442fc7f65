import { isOfEndedProcess } from "../system/process-name.ts";
import { listContainers, removeContainer } from "./container.ts";
import type { Engine } from "./open-engine.ts";
import { listVolumes, removeVolume } from "./volume.ts";

/** Its value names the run that made a container or a volume, and the process of that run. */
const OWNER = "cooper.owner";

/** Removes the containers and volumes of runs that were killed on this machine, which had no time to do it. */
export async function removeLeftOvers(engine: Engine): Promise<void> {
  const isLeft = (one: { readonly labels: Readonly<Record<string, string>> }): boolean => isOfEndedProcess(one.labels[OWNER] ?? "");
  const containers = (await listContainers(engine, { all: true, labels: [OWNER] })).filter(isLeft);
  await Promise.all(containers.map(({ id }) => removeContainer(engine, id, { force: true, volumes: true })));
  const volumes = (await listVolumes(engine, { label: OWNER })).filter(isLeft);
  await Promise.all(volumes.map(({ name }) => removeVolume(engine, name)));
}
