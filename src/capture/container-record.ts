import type { ContainerInfo } from "../engine/container/container.ts";
import type { ImageInfo } from "../engine/image/image.ts";
import type { Engine } from "../engine/open-engine.ts";
import type { ContainerRecord } from "../history/model.ts";

function equalLists(left: readonly string[] | null, right: readonly string[] | null): boolean {
  return JSON.stringify(left ?? []) === JSON.stringify(right ?? []);
}

/** The repository digest that belongs to the reference, else the first one. */
function digestOf(reference: string, digests: readonly string[]): string | null {
  const name = reference.replace(/@.*$/u, "").replace(/:[^/:]*$/u, "");
  return digests.find((digest) => digest.startsWith(`${name}@`)) ?? digests[0] ?? null;
}

// A container made from an image's id has no name in it that a FROM could use elsewhere; a tag of the image has.
function referenceOf(container: ContainerInfo, image: ImageInfo): string {
  const isId =
    /^(sha256:)?[0-9a-f]{12,64}$/u.test(container.image) &&
    image.id.replace("sha256:", "").startsWith(container.image.replace("sha256:", ""));
  return isId ? (image.tags[0] ?? container.image) : container.image;
}

function portsOf(container: ContainerInfo): readonly string[] {
  const ports = new Set([...container.config.exposed, ...Object.keys(container.networkSettings.ports)]);
  return [...ports].toSorted();
}

/** What a history keeps of its container and its image. */
export function makeContainerRecord(engine: Engine, container: ContainerInfo, image: ImageInfo): ContainerRecord {
  const { config } = container;
  return {
    id: container.id,
    name: container.name,
    engineId: engine.id,
    image: referenceOf(container, image),
    imageId: image.id,
    imageDigest: digestOf(container.image, image.digests),
    hostName: container.hostName,
    mounts: container.mounts.map(({ type, destination, source, readOnly }) => ({ type, destination, source, readOnly })),
    imageConfig: image.config,
    command: equalLists(config.cmd, image.config.cmd) ? null : config.cmd,
    entrypoint: equalLists(config.entrypoint, image.config.entrypoint) ? null : config.entrypoint,
    env: config.env,
    user: config.user,
    workdir: config.workdir,
    ports: portsOf(container),
  };
}
