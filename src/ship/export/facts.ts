import { listContainers } from "../../engine/container/container.ts";
import { inspectDefinition } from "../../engine/container/container-definition.ts";
import { engineDefaults } from "../../engine/container/engine-defaults.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { parseReply, type Reply } from "../../engine/reply.ts";

/** What a container's definition is recovered from. */
export interface Facts {
  readonly id: string;
  readonly name: string;
  /** The container's own configuration, that of its image (empty where the image is gone), and what it may do on the host. */
  readonly config: Reply;
  readonly image: Reply;
  readonly host: Reply;
  readonly networks: Reply;
  readonly mounts: readonly Reply[];
  readonly isImageGone: boolean;
  /** What the engine gives a container that asks for nothing. */
  readonly defaults: { readonly logDriver: string; readonly runtime: string; readonly cgroup: string };
  /** Names of containers by id. */
  readonly names: ReadonlyMap<string, string>;
}

/** Reads them. */
export async function readFacts(engine: Engine, id: string): Promise<Facts> {
  const [{ container, image }, defaults, containers] = await Promise.all([
    inspectDefinition(engine, id),
    engineDefaults(engine),
    listContainers(engine, { all: true }),
  ]);
  return {
    id: container.at("Id").need(),
    name: container.at("Name").text().replace(/^\//u, ""),
    config: container.at("Config"),
    image: (image ?? parseReply("")).at("Config"),
    host: container.at("HostConfig"),
    networks: container.at("NetworkSettings", "Networks"),
    mounts: container.at("Mounts").list(),
    isImageGone: image === null,
    defaults,
    names: new Map(containers.map((one) => [one.id, one.name])),
  };
}
