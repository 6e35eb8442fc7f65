import { readBaseTree } from "../../../changes/base-tree.ts";
import { leaveOutMounts } from "../../../changes/left-out.ts";
import { readExport } from "../../../changes/read-export.ts";
import { type ContainerInfo, exportContainer } from "../../../engine/container/container.ts";
import type { Engine } from "../../../engine/open-engine.ts";
import { differingFields } from "../../../format/tree/entry-fields.ts";
import type { Entry, Tree } from "../../../format/tree/entry.ts";
import type { LayerChange } from "../walk/change.ts";
import { engineNoise } from "../walk/engine-noise.ts";

/** The trees of images, each read once. */
export class ImageTrees {
  readonly #engine: Engine;
  readonly #trees = new Map<string, Promise<Tree>>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  of(imageId: string): Promise<Tree> {
    const known = this.#trees.get(imageId) ?? readBaseTree(this.#engine, imageId);
    this.#trees.set(imageId, known);
    return known;
  }
}

interface Scope {
  readonly engine: Engine;
  readonly trees: ImageTrees;
  readonly signal?: AbortSignal;
}

/**
 * Compares the whole export of a container with that of its image: by content, so that a restored time hides nothing; but what runs is not
 * seen, nor any extended attribute but capabilities.
 */
export async function scanByApi(container: ContainerInfo, { engine, trees, signal }: Scope): Promise<readonly LayerChange[]> {
  const base = await trees.of(container.imageId);
  const own = await readExport(await exportContainer(engine, container.id, signal === undefined ? {} : { signal }));
  const image = { entries: new Map(base), comparable: new Map<string, string>() };
  leaveOutMounts(container.mounts, own, image);
  for (const path of ENGINE_FILES) {
    own.entries.delete(path);
    image.entries.delete(path);
  }
  const isNoise = engineNoise({
    mountPoints: container.mounts.map(({ destination }) => destination),
    workdir: container.config.workdir,
  });
  return compareTrees(image.entries, own.entries).filter((change) => !isNoise(change));
}

/** What the engine puts into its own layer of each container; through the API it cannot be told from the container's. */
const ENGINE_FILES = [
  "/.dockerenv",
  "/dev",
  "/dev/console",
  "/dev/pts",
  "/dev/shm",
  "/etc/hostname",
  "/etc/hosts",
  "/etc/mtab",
  "/etc/resolv.conf",
  "/proc",
  "/sys",
];

function compareTrees(image: Tree, own: Tree): LayerChange[] {
  const changes: LayerChange[] = [];
  for (const [path, after] of own) {
    const before = image.get(path) ?? null;
    const change = before === null ? addition(path, after) : modification(path, before, after);
    if (change !== null) changes.push(change);
  }
  for (const [path, before] of image) {
    const above = path.slice(0, path.lastIndexOf("/"));
    // A folder that is gone is told once.
    if (own.has(path) || (above !== "" && !own.has(above) && image.has(above))) continue;
    changes.push({ path, kind: "delete", fields: [], before, after: null, content: "unread" });
  }
  return changes;
}

function addition(path: string, after: Entry): LayerChange {
  return { path, kind: "add", fields: [], before: null, after, content: "unread" };
}

function modification(path: string, before: Entry, after: Entry): LayerChange | null {
  const fields = differingFields(before, after).filter((field) => field !== "hardLink");
  if (fields.length === 0) return null;
  const isMetadata = fields.every((field) => field === "mode" || field === "uid" || field === "gid");
  return { path, kind: isMetadata ? "metadata" : "modify", fields, before, after, content: "unread" };
}
