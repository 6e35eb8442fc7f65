import { isCooperError } from "../../../base/errors.ts";
import { type BuildFolder, buildFolderOf } from "../../../remote/build-folder/build-folder.ts";
import { farFolderServer } from "../../../remote/build-folder/far-folder.ts";
import { findMount } from "../../../remote/mount/mount-book.ts";
import { mountContainer } from "../../../remote/mount/mount-container.ts";
import { listSessions } from "../../../remote/session/find-session.ts";
import { readSession, type Session } from "../../../remote/session/session-record.ts";
import { removeIfEmpty } from "../../../system/file/files.ts";
import { truePath } from "../../../system/file/mount-state.ts";
import type { VerbContext } from "../../context.ts";
import { localSensor, readSensorFor } from "../../sensor-program.ts";
import { endMount, keepMounted, startMounting } from "./mount.ts";

/** Makes the build folder of a session's machine a folder here, by a process that goes on; a session goes on without. */
export async function mountBuildFolder(context: VerbContext, session: Session): Promise<void> {
  const folder = buildFolderOf(session);
  if (folder === null || (await isMountedOf(context, folder))) return;
  try {
    await startMounting(context, await truePath(folder.here), ["dev", "build-folder", session.folder]);
  } catch (error) {
    if (!isCooperError(error)) throw error;
    const message = `the build folder is none here: ${error.message}`;
    const hint = "Mend what it names, then `cooper dev init` again. Commands and builds work without.";
    context.progress.emit({ kind: "finding", finding: { code: error.code, message, hint } });
  }
}

/** `cooper dev build-folder`: the process that keeps it mounted. */
export async function devBuildFolder(context: VerbContext, sessionFolder: string): Promise<number> {
  const session = await readSession(sessionFolder);
  const folder = session === null ? null : buildFolderOf(session);
  if (session === null || folder === null) return 0;
  const { deadlineMs } = session.record.settings;
  const { host, there, name } = folder;
  const server = farFolderServer({ host, folder: there, env: context.env, readProgram: readSensorFor });
  const here = await truePath(folder.here);
  const guard = await localSensor();
  const mount = await mountContainer({ folder: here, name, env: context.env, openServer: server, deadlineMs, guard });
  return await keepMounted(context, mount, name).finally(() => removeIfEmpty(here));
}

/** Takes the build folder of a session that ends away, unless another session has the same. */
export async function unmountBuildFolder(context: VerbContext, session: Session): Promise<void> {
  const folder = buildFolderOf(session);
  if (folder === null || !(await isMountedOf(context, folder))) return;
  const others = (await listSessions(context.env)).filter((other) => other.folder !== session.folder).map(buildFolderOf);
  if (!others.some((other) => other?.here === folder.here && other.name === folder.name))
    await endMount(context, await truePath(folder.here));
}

/** Where the build folder of a session is here, and what it is; null where there is none. */
export async function toldBuildFolder(context: VerbContext, session: Session): Promise<string | null> {
  const folder = buildFolderOf(session);
  if (folder === null) return null;
  return (await isMountedOf(context, folder)) ? `${folder.here}, of ${folder.name}` : `${folder.name}, not mounted: cooper dev init`;
}

async function isMountedOf({ env }: VerbContext, { here, name }: BuildFolder): Promise<boolean> {
  return (await findMount(env, await truePath(here)))?.container === name;
}
