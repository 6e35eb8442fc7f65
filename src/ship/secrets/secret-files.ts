import { createHash, randomBytes } from "node:crypto";
import { CooperError } from "../../base/errors.ts";
import { mountSources } from "../../engine/container/mount-sources.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { type Mount, PLAIN_MOUNT } from "../../format/compose/mount.ts";
import { type MemoryFolder, memoryPlaces, openMemoryFolder } from "../../system/file/memory-folder.ts";
import type { DirectoryHandle } from "../../system/file/no-follow.ts";
import { giveDirectory, makeDirectory, makeFile, type Ownership } from "../../system/file/write-no-follow.ts";
import { forgetFiles, removeFolder, SECRETS_FOLDER } from "./forget-secrets.ts";

/** A secret's bytes and who may read them. */
export interface SecretFile {
  readonly target: string;
  readonly bytes: Uint8Array;
  readonly ownership: Ownership;
}

/** The files of one container's secrets. */
export interface GivenSecrets {
  readonly mounts: readonly Mount[];
  release(): void;
}

/** Writes secrets into a memory folder of this machine, one that only the container's mounts lead to. Throws `secret-no-memory`. */
export async function giveSecrets(engine: Engine, container: string, files: readonly SecretFile[]): Promise<GivenSecrets> {
  const base = openMemoryFolder(SECRETS_FOLDER, memoryPlaces());
  if (base === null) throw noMemory();
  const start = `${createHash("sha256").update(engine.id).digest("hex").slice(0, 8)}.${container}.`;
  const name = `${start}${randomBytes(8).toString("hex")}`;
  try {
    await sweep(base, start, engine);
    try {
      writeAll(base.handle, name, files);
    } catch (error) {
      removeFolder(base.handle, name);
      throw error;
    }
  } finally {
    base.handle.close();
  }
  const mounts = files.map(({ target }, index): Mount => ({
    ...PLAIN_MOUNT,
    type: "bind",
    source: `${base.path}/${name}/${index}`,
    target,
    read_only: true,
    create_host_path: false,
  }));
  return { mounts, release: () => forgetFiles(`${base.path}/${name}/`) };
}

function writeAll(base: DirectoryHandle, name: string, files: readonly SecretFile[]): void {
  makeDirectory(base, name);
  const folder = base.directory(name);
  try {
    for (const [index, { bytes, ownership }] of files.entries()) {
      const file = folder === null ? null : makeFile(folder, String(index));
      if (file === null) throw noMemory();
      file.write(bytes);
      file.give(ownership);
      file.close();
    }
    // Root of a user namespace must be able to pass to mount it.
    if (folder !== null) giveDirectory(folder, { uid: null, gid: null, mode: 0o711 });
  } finally {
    folder?.close();
  }
}

/** What a run that was killed has left: folders for this container that none has mounted. */
async function sweep({ path, handle }: MemoryFolder, start: string, engine: Engine): Promise<void> {
  const left = handle.list().filter((name) => name.startsWith(start) && /^[0-9a-f]{16}$/u.test(name.slice(start.length)));
  if (left.length === 0) return;
  const used = [...(await mountSources(engine))];
  for (const name of left) if (!used.some((source) => source.startsWith(`${path}/${name}/`))) removeFolder(handle, name);
}

function noMemory(): CooperError {
  return new CooperError("secret-no-memory", "This machine has no folder in memory for secrets (/run or /dev/shm as tmpfs).", {
    hint: "Nothing was done. Mount a tmpfs at /run or /dev/shm; secrets are never written to a disk.",
  });
}
