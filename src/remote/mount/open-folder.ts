import type { FileAttributes } from "../../format/sftp/attributes.ts";
import { SFTP, STATUS } from "../../format/sftp/packet.ts";
import { type Reply, replyNames, replyStatus } from "./replies.ts";

/** A folder that is being read: the names that are not told yet. */
export interface OpenFolder {
  names: readonly (readonly [string, FileAttributes])[];
}

const NAMES_AT_ONCE = 400;

/** Tells the next names, or closes it. */
export function useFolder(folder: OpenFolder, id: number, type: number): Reply {
  if (type === SFTP.close) return replyStatus(id, STATUS.ok);
  if (type !== SFTP.readdir) return replyStatus(id, STATUS.unsupported);
  if (folder.names.length === 0) return replyStatus(id, STATUS.end);
  const now = folder.names.slice(0, NAMES_AT_ONCE);
  folder.names = folder.names.slice(NAMES_AT_ONCE);
  return replyNames(id, now);
}
