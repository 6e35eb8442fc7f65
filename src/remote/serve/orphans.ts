import { join } from "node:path";
import { listFolder, readTextIfThere, removeTree, writeNote } from "../../system/file/files.ts";
import { makePrivateFolder } from "../../system/store/state-folder.ts";
import type { ContainerPlace, StartedProcess } from "../exec/running-command.ts";
import { hangUp } from "../exec/signal-command.ts";
import { passSessionStep } from "./steps.ts";

function folderOf(folder: string): string {
  return join(folder, "running");
}

/** Notes a command before it runs, so that it is ended if this process is killed. A command runs also where it cannot be noted. */
export class RunningNotes {
  readonly #folder: string;
  #file: string | null = null;
  #written: Promise<void> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folderOf(folder);
  }

  /** Again when more is known of it. */
  note(started: StartedProcess): Promise<void> {
    const file = join(this.#folder, started.execId.replaceAll(/[^A-Za-z0-9]/g, ""));
    const text = JSON.stringify({ execId: started.execId, pid: started.pid });
    this.#file = file;
    this.#written = this.#written.then(() => this.#write(file, text)).catch(() => undefined);
    return this.#written;
  }

  async forget(): Promise<void> {
    await this.#written;
    if (this.#file !== null) await removeTree(this.#file);
  }

  async #write(file: string, text: string): Promise<void> {
    await makePrivateFolder(this.#folder);
    await writeNote(file, text);
    passSessionStep("noted");
  }
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
