import { join } from "node:path";
import { sshAddress } from "../session/engine-address.ts";
import type { Session } from "../session/session-record.ts";

/** A folder of the engine's machine, where images are built, that is a folder here too. */
export interface BuildFolder {
  /** "ssh://user@host:port" */
  readonly host: string;
  /** Its path there; one that begins with neither / nor ~/ is below the user's home. */
  readonly there: string;
  readonly here: string;
  /** Machine and path, as people write them. */
  readonly name: string;
}

/** The build folder of a session, which is mounted below the work folder, under the machine's name; null where there is none to mount. */
export function buildFolderOf({ record }: Session): BuildFolder | null {
  const { engine, buildFolder, isMounted, workFolder } = record;
  const host = sshAddress(engine.host);
  if (host === null || buildFolder === null || !isMounted) return null;
  const machine = new URL(host).hostname.replace(/^\[(.*)\]$/u, "$1");
  return { host, there: buildFolder, here: join(workFolder, machine), name: `${machine}:${buildFolder}` };
}
