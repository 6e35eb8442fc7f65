import { dirname, join } from "node:path";
import { removeTree } from "../../system/file/files.ts";
import type { Session } from "./session-record.ts";

/** Removes a session's folder, and its socket where that is elsewhere. */
export async function removeSession({ folder, record }: Session): Promise<void> {
  if (record.socket !== join(folder, "socket")) await removeTree(dirname(record.socket));
  await removeTree(folder);
}
