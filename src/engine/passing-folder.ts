import { randomBytes } from "node:crypto";
import { lstat, mkdir, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listFolder, removeIfEmpty } from "../system/file/files.ts";
import { isOfEndedProcess, processName } from "../system/process/process-name.ts";

const PREFIX = "cooper-socket-";
/** The folder in it that others may write to. */
export const SHARED = "s";

/** A folder of ours alone for sockets that somebody reaches once; those that killed processes left go first. */
export async function makePassingFolder(): Promise<string> {
  const names = (await listFolder(tmpdir())).filter((name) => name.startsWith(PREFIX) && isOfEndedProcess(name));
  for (const name of names) await removeIfOurs(join(tmpdir(), name)).catch(() => undefined);
  const folder = join(tmpdir(), `${PREFIX}${randomBytes(3).toString("hex")}${processName()}`);
  await mkdir(folder, { mode: 0o700 });
  return folder;
}

/** Name by name, and no folder but the two: nothing that a container puts into it leads a removal elsewhere. */
export async function removePassingFolder(folder: string): Promise<void> {
  for (const one of [join(folder, SHARED), folder]) {
    for (const name of await listFolder(one)) await unlink(join(one, name)).catch(() => undefined);
    await removeIfEmpty(one);
  }
}

// Anybody may make a folder of that name; one of this user's, for this user alone, nobody else put anything into.
async function removeIfOurs(folder: string): Promise<void> {
  const found = await lstat(folder);
  if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0) await removePassingFolder(folder);
}
