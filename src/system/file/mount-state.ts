import { mkdir, readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type MountLine, parseMountInfo } from "../../format/proc/mount-info.ts";
import { errorCode, readTextIfThere } from "./files.ts";

const ANSWERS_WITHIN_MS = 2_000;

/** The topmost mount at just this folder; null when none is. */
export async function mountAt(folder: string): Promise<MountLine | null> {
  const mounts = parseMountInfo((await readTextIfThere("/proc/self/mountinfo")) ?? "");
  return mounts.findLast((mount) => mount.mountPoint === folder) ?? null;
}

/** True for a mount whose program is gone or does not answer: every look at it fails. */
export async function isDeadMount(folder: string): Promise<boolean> {
  const look = stat(folder).then(
    () => false,
    (error: unknown) => ["ENOTCONN", "EIO", "ECONNABORTED", "ESTALE"].includes(errorCode(error)),
  );
  return await Promise.race([look, delay(ANSWERS_WITHIN_MS, true, { ref: false })]);
}

/** Makes the folder where it is missing; what is in the way, null when something can be mounted there. */
export async function makeMountPoint(folder: string): Promise<string | null> {
  try {
    await mkdir(folder, { recursive: true });
    return (await readdir(folder)).length === 0 ? null : "it is not empty";
  } catch (error) {
    return errorCode(error);
  }
}

/** The folder's path without links, as the table of mounts has it; one that is dead or not there yet as far as it is there. */
export async function truePath(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch {
    const above = dirname(folder);
    return above === folder ? folder : join(await truePath(above), basename(folder));
  }
}
