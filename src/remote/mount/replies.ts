import { type FileAttributes, isOfType, printAttributes, withType } from "../../format/sftp/attributes.ts";
import { type PacketReader, printHead, printPacket, SFTP, STATUS } from "../../format/sftp/packet.ts";
import type { Answer } from "./sftp-link.ts";

/** Packets for the local program that mounts. `id` is the number of its request. */
export function replyStatus(id: number, status: number): Buffer {
  return printPacket(SFTP.status, [id, status, "", ""]);
}

/** A packet, or its pieces: content is not copied. */
export type Reply = Buffer | readonly Buffer[];

/** The server's own answer. */
export function replyAs(id: number, { type, body }: Answer): Reply {
  return [printHead(type, [id], body.bytes.length), body.bytes];
}

export function replyHandle(id: number, handle: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(handle);
  return printPacket(SFTP.handle, [id, bytes]);
}

/** The handle that a request names; 0, which is none, for one that was never given. */
export function handleOf(body: PacketReader): number {
  const bytes = body.string();
  return bytes.length === 4 ? bytes.readUInt32BE() : 0;
}

export function replyData(id: number, data: Buffer): Buffer {
  return data.length === 0 ? replyStatus(id, STATUS.end) : printPacket(SFTP.data, [id, data]);
}

export function replyAttributes(id: number, attributes: FileAttributes): Buffer {
  return printPacket(SFTP.attributes, [id, printAttributes(harmless(attributes))]);
}

export function replyNames(id: number, names: readonly (readonly [string, FileAttributes])[]): Buffer {
  const rows = names.map(([name, attributes]) => [Buffer.from(name, "latin1"), "", printAttributes(harmless(attributes))]);
  return printPacket(SFTP.name, [id, names.length, rows]);
}

/** A pipe would be one of this machine, and who opens it waits for ever; a socket nobody can open. */
function harmless(attributes: FileAttributes): FileAttributes {
  return isOfType(attributes, "pipe") ? withType(attributes, "socket") : attributes;
}

const VERSION = 3;

/** The greeting: what the mounting program may use. */
export function replyVersion(): Buffer {
  const extensions = { "posix-rename@openssh.com": "1", "statvfs@openssh.com": "2", "hardlink@openssh.com": "1", "fsync@openssh.com": "1" };
  return printPacket(SFTP.version, [VERSION, Object.entries(extensions).flat()]);
}
