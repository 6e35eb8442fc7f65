import type { FileAttributes } from "../../format/sftp/attributes.ts";
import { encodePath } from "../../format/tree/path-bytes.ts";
import { touchAsIs } from "../../system/file/touch-as-is.ts";
import { splitPath, type WirePath } from "./tree-cache.ts";

/** Of more names, or folders, at once only the last are told of. */
const MOST_NAMES = 200;

/**
 * Changes of the container that programs of this machine are told of. The kernel tells who watches a name (inotify) only of what is done on this
 * machine: so its times are set here to what they are, which the mount answers by itself.
 */
export class AnnouncedNames {
  /** Name to its time of change, while its times are set. */
  readonly #touched = new Map<WirePath, number>();

  /** True for a request that only tells: it is not the container's. */
  isOwn(path: WirePath, { times, size, owner, mode }: FileAttributes): boolean {
    return (
      times !== undefined && times.modified === this.#touched.get(path) && size === undefined && owner === undefined && mode === undefined
    );
  }

  /** Tells whoever watches these paths, or the folders that they are in. */
  async announce(folder: string, paths: readonly string[]): Promise<void> {
    const names = paths.map((path) => encodePath(path).toString("latin1"));
    const folders = new Set(names.map((name) => splitPath(name).folder));
    for (const name of new Set([...[...folders].slice(-MOST_NAMES), ...names.slice(-MOST_NAMES)])) await this.#touch(folder, name);
  }

  async #touch(folder: string, name: WirePath): Promise<void> {
    const path = Buffer.concat([Buffer.from(folder), Buffer.from(name, "latin1")]);
    await touchAsIs(path, ({ modified }) => this.#touched.set(name, modified));
    this.#touched.delete(name);
  }
}
