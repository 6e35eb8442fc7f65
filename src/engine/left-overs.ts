import { isOfEndedProcess } from "../system/process/process-name.ts";
import { listContainers, removeContainer } from "./container/container.ts";
import { removeImage } from "./image/image.ts";
import { listImages } from "./image/list-images.ts";
import type { Engine } from "./open-engine.ts";
import { listVolumes, removeVolume } from "./volume.ts";

/** Its value names the run that made a container or a volume, and the process of that run. */
const OWNER = "cooper.owner";
/** An image cannot have that label: it would be another image. */
const PASSING = "cooper-passing";

/** The name of an image while a run works on it; who is killed leaves it, and the next one knows it by that. */
export function passingName(run: string): string {
  return `${PASSING}:${run}`;
}

/** Removes the containers, volumes and images of runs that were killed on this machine, which had no time to do it. */
export async function removeLeftOvers(engine: Engine): Promise<void> {
  const isLeft = (one: { readonly labels: Readonly<Record<string, string>> }): boolean => isOfEndedProcess(one.labels[OWNER] ?? "");
  const containers = (await listContainers(engine, { all: true, labels: [OWNER] })).filter(isLeft);
  await Promise.all(containers.map(({ id }) => removeContainer(engine, id, { force: true, volumes: true })));
  const volumes = (await listVolumes(engine, { label: OWNER })).filter(isLeft);
  const names = (await listImages(engine, PASSING)).flatMap(({ tags }) => tags);
  const images = names.filter((name) => name.split("/").at(-1)?.startsWith(`${PASSING}:`) === true && isOfEndedProcess(name));
  await Promise.all([...volumes.map(({ name }) => removeVolume(engine, name)), ...images.map((name) => removeImage(engine, name))]);
}
