import { join } from "node:path";
import { listFolder, readTextIfThere, removeTree, writeNote } from "../../system/files.ts";
import { makePrivateFolder } from "../../system/state-folder.ts";
import type { ContainerPlace, StartedProcess } from "../exec/running-command.ts";
import { hangUp } from "../exec/signal-command.ts";

function folderOf(folder: string): string {
  return join(folder, "running");
}

/** Notes a command that runs, so that it is ended if this process is killed; gives what takes the note away. */
export async function noteRunning(folder: string, started: StartedProcess): Promise<() => Promise<void>> {
  await makePrivateFolder(folderOf(folder));
  const file = join(folderOf(folder), started.execId.replaceAll(/[^A-Za-z0-9]/g, ""));
  await writeNote(file, JSON.stringify(started));
  return () => removeTree(file);
}

/** Ends what an earlier process of the session left running, for nobody waits for it any more; gives how many there were. */
export async function endOrphans(folder: string, place: ContainerPlace): Promise<number> {
  const names = await listFolder(folderOf(folder));
  const files = names.map((name) => join(folderOf(folder), name));
  await Promise.all(
    files.map(async (file) => {
      const started = readStarted(await readTextIfThere(file));
      if (started !== null) await hangUp(place, started);
      await removeTree(file);
    }),
  );
  return files.length;
}

function readStarted(text: string | null): StartedProcess | null {
  try {
    const value: unknown = JSON.parse(text ?? "null");
    if (typeof value !== "object" || value === null || !("execId" in value) || typeof value.execId !== "string") return null;
    return { execId: value.execId, pid: "pid" in value && typeof value.pid === "number" ? value.pid : null };
  } catch {
    return null;
  }
}
