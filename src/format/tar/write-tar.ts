import { CooperError } from "../../base/errors.ts";
import { encodePath } from "../tree/path-bytes.ts";
import { BLOCK, flagOfType, formatHeaderBlock } from "./header-block.ts";
import type { TarMember } from "./member.ts";
import { formatPax } from "./pax.ts";

/** A member to write; `body` gives exactly `member.size` bytes (nothing for all but files). */
export interface TarInput {
  readonly member: TarMember;
  readonly body?: Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

const EMPTY = Buffer.alloc(0);
const NAME_BYTES = 100;
const PREFIX_BYTES = 155;
const OWNER_BYTES = 31;

const GATHERED = 256 * 1024;

/** The bytes of an archive in pieces of some size. Same members, same bytes: ustar where it fits, a PAX header else. */
export async function* writeTar(files: Iterable<TarInput> | AsyncIterable<TarInput>): AsyncGenerator<Buffer, void, void> {
  const held = Buffer.allocUnsafe(GATHERED);
  let length = 0;
  for await (const piece of smallPieces(files)) {
    if (length + piece.length <= GATHERED) {
      held.set(piece, length);
      length += piece.length;
    } else {
      yield Buffer.concat([held.subarray(0, length), piece]);
      length = 0;
    }
  }
  if (length > 0) yield Buffer.from(held.subarray(0, length));
}

async function* smallPieces(files: Iterable<TarInput> | AsyncIterable<TarInput>): AsyncGenerator<Uint8Array, void, void> {
  for await (const { member, body } of files) {
    yield formatTarHeader(member);
    yield* writeBody(member, body instanceof Uint8Array ? [body] : (body ?? []));
  }
  yield Buffer.alloc(BLOCK * 2);
}

async function* writeBody(
  member: TarMember,
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  let written = 0;
  for await (const piece of body) {
    written += piece.length;
    if (written > member.size) break;
    yield piece;
  }
  if (written !== member.size) {
    throw new CooperError("tar-size-changed", `${JSON.stringify(member.path)} was to have ${member.size} bytes and gave ${written}.`, {
      hint: "The file changed while it was read; try again.",
    });
  }
  const padding = (BLOCK - (written % BLOCK)) % BLOCK;
  if (padding > 0) yield Buffer.alloc(padding);
}

/** The header blocks of one member: one block, with a PAX header before it where ustar cannot hold all. */
export function formatTarHeader(member: TarMember): Buffer {
  const flag = flagOfType(member.type);
  if (flag === "") {
    throw new CooperError("tar-unsupported", `${JSON.stringify(member.path)} is a socket, which tar cannot hold.`, {
      hint: "Leave it out; its program makes it anew.",
    });
  }
  const records = new Map<string, Buffer>();
  const name = fieldName(encodePath(member.type === "directory" ? `${member.path}/` : member.path), records);
  const seconds = Math.floor(member.modifiedAt);
  if (seconds !== member.modifiedAt || seconds < 0)
    records.set("mtime", Buffer.from(seconds === member.modifiedAt ? String(seconds) : member.modifiedAt.toFixed(9)));
  const block = formatHeaderBlock({
    ...name,
    flag,
    mode: member.mode,
    uid: member.uid,
    gid: member.gid,
    device: member.device,
    size: member.size,
    modifiedAt: Math.max(seconds, 0),
    link: fieldText(encodePath(member.link), { key: "linkpath", limit: NAME_BYTES }, records),
    userName: fieldText(encodePath(member.userName), { key: "uname", limit: OWNER_BYTES }, records),
    groupName: fieldText(encodePath(member.groupName), { key: "gname", limit: OWNER_BYTES }, records),
  });
  for (const key of Object.keys(member.xattrs).sort()) {
    records.set(`SCHILY.xattr.${encodePath(key).toString("latin1")}`, Buffer.from(member.xattrs[key] ?? "", "hex"));
  }
  return records.size === 0 ? block : Buffer.concat([extension(formatPax(records)), block]);
}

function extension(body: Buffer): Buffer {
  const plain = { name: Buffer.from("./PaxHeaders/member"), prefix: EMPTY, link: EMPTY, userName: EMPTY, groupName: EMPTY } as const;
  const header = formatHeaderBlock({ ...plain, flag: "x", mode: 0o644, uid: 0, gid: 0, size: body.length, modifiedAt: 0, device: [0, 0] });
  return Buffer.concat([header, body, Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK)]);
}

function fieldText(bytes: Buffer, field: { readonly key: string; readonly limit: number }, records: Map<string, Buffer>): Buffer {
  if (bytes.length <= field.limit) return bytes;
  records.set(field.key, bytes);
  return EMPTY;
}

function fieldName(bytes: Buffer, records: Map<string, Buffer>): { readonly name: Buffer; readonly prefix: Buffer } {
  if (bytes.length <= NAME_BYTES) return { name: bytes, prefix: EMPTY };
  const from = Math.max(bytes.length - NAME_BYTES - 1, 1);
  const slash = bytes.indexOf(0x2f, from);
  const isSplit = slash > 0 && slash <= PREFIX_BYTES && slash < bytes.length - 1;
  if (isSplit) return { name: bytes.subarray(slash + 1), prefix: bytes.subarray(0, slash) };
  records.set("path", bytes);
  return { name: bytes.subarray(0, NAME_BYTES), prefix: EMPTY };
}
