import { PacketReader, SFTP, STATUS } from "../../format/sftp/packet.ts";
import type { OpenFile } from "./open-file.ts";
import { handleOf, type Reply, replyAttributes, replyData, replyStatus } from "./replies.ts";
import { type TreeCache, wirePath } from "./tree-cache.ts";

interface Memory {
  readonly cache: TreeCache;
  /** The opened file of a handle; null for what is none. */
  readonly fileOf: (handle: number) => OpenFile | null;
}

const HEAD_BYTES = 5;

/** The answer to what programs ask for most, without waiting for anything; null where memory does not know it. */
export function rememberedReply(packet: Buffer, { cache, fileOf }: Memory): Reply | null {
  const type = packet[0];
  if (type !== SFTP.lstat && type !== SFTP.read) return null;
  const id = packet.readUInt32BE(1);
  const body = new PacketReader(packet.subarray(HEAD_BYTES));
  if (type === SFTP.read) {
    const data = fileOf(handleOf(body))?.held(body.long(), body.number()) ?? null;
    return data === null ? null : replyData(id, data);
  }
  const entry = cache.look(wirePath(body.string()));
  if (entry === undefined) return null;
  return entry === null ? replyStatus(id, STATUS.noFile) : replyAttributes(id, entry.attributes);
}
