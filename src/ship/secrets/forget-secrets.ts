import type { ContainerInfo } from "../../engine/container/container.ts";
import { memoryPlaces, openMemoryFolder } from "../../system/file/memory-folder.ts";
import type { DirectoryHandle } from "../../system/file/no-follow.ts";
import { emptyTree } from "../provision/empty-tree.ts";

/** Name of the folder in memory that all secrets of this machine's containers are below. */
export const SECRETS_FOLDER = "cooper-secrets";

/** Takes away the secret files of a container that is gone. */
export function forgetSecrets({ mounts }: Pick<ContainerInfo, "mounts">): void {
  for (const { source } of mounts) forgetFiles(source);
}

/** Takes away the folder that a path of a secret lies in; of any other path, nothing. */
export function forgetFiles(source: string): void {
  const [, place, name] = /^(.+)\/cooper-secrets\/([^/]+)\/\d*$/u.exec(source) ?? [];
  if (place === undefined || name === undefined || !memoryPlaces().includes(place)) return;
  const base = openMemoryFolder(SECRETS_FOLDER, [place]);
  if (base === null) return;
  try {
    removeFolder(base.handle, name);
  } finally {
    base.handle.close();
  }
}

/** Removes one container's folder. */
export function removeFolder(base: DirectoryHandle, name: string): void {
  const folder = base.directory(name);
  if (folder === null) return;
  try {
    emptyTree(folder);
  } finally {
    folder.close();
  }
  base.remove(name);
}
