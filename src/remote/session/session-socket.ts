import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isSocketPath } from "../../system/network/local-socket.ts";
import { isOwnFolder, makeOwnFolder } from "../../system/store/state-folder.ts";
import type { Session } from "./session-record.ts";

/** Where a session's process is to listen. A Unix socket's path must be short, whatever the state folder is. */
export async function makeSocketPath(folder: string, key: string): Promise<string> {
  const near = join(folder, "socket");
  if (isSocketPath(near)) return near;
  const short = join(tmpdir(), `cooper-${key.slice(0, 16)}`);
  await makeOwnFolder(short);
  return join(short, "socket");
}

/** Makes the socket's folder anew where it was cleared away; throws `folder-not-private` where another user made it meanwhile. */
export async function keepSocketFolder({ folder, record }: Session): Promise<void> {
  if (dirname(record.socket) !== folder) await makeOwnFolder(dirname(record.socket));
}

/** False where another user could have put a socket of theirs. */
export async function isOwnSocket({ folder, record }: Session): Promise<boolean> {
  const place = dirname(record.socket);
  return place === folder || (await isOwnFolder(place));
}
