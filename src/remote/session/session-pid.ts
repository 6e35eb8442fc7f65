import { join } from "node:path";
import { readTextIfThere, writeFileAtomically } from "../../system/file/files.ts";
import { isStopped, processName, runningProcess } from "../../system/process/process-name.ts";
import type { Session } from "./session-record.ts";

function noteOf(folder: string): string {
  return join(folder, "process");
}

/** Notes this process as that of the session, for who finds it silent. */
export async function noteSessionProcess(folder: string): Promise<void> {
  await writeFileAtomically(noteOf(folder), processName(), 0o600);
}

/** The number of the session's process where somebody has stopped it, so that it answers nothing; null else. */
export async function stoppedProcess({ folder }: Session): Promise<number | null> {
  const pid = runningProcess((await readTextIfThere(noteOf(folder))) ?? "");
  return pid !== null && isStopped(pid) ? pid : null;
}
