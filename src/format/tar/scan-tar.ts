import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { decodePath } from "../tree/path-bytes.ts";
import { damagedTar } from "./damaged.ts";
import { BLOCK, type HeaderBlock, parseHeaderBlock, typeOfFlag } from "./header-block.ts";
import type { TarMember } from "./member.ts";
import { type PaxRecords, parsePax } from "./pax.ts";

/** What a scanner tells, in the order of the archive: a member, the pieces of its bytes (views that are valid only now), its end. */
export interface TarSink {
  member(member: TarMember): void;
  data(piece: Buffer): void;
  memberEnd(): void;
}

/** An extended header larger than this is not believed. */
const MAX_EXTENSION = 64 * 1024 ** 2;
const NO_RECORDS: PaxRecords = new Map();
const XATTR = "SCHILY.xattr.";

/**
 * Reads an archive that is pushed in pieces of any size and holds at most one block of it: ustar, GNU long names and numbers, PAX with
 * extended attributes. It is synchronous because a container has tens of thousands of members.
 */
export class TarScanner {
  readonly #sink: TarSink;
  #partial: Buffer = Buffer.alloc(0);
  #body = 0;
  #padding = 0;
  #isEnded = false;
  #isInMember = false;
  #extension: { readonly flag: string; readonly pieces: Buffer[] } | null = null;
  #global: PaxRecords = NO_RECORDS;
  #local: PaxRecords = NO_RECORDS;
  #longName: Buffer | null = null;
  #longLink: Buffer | null = null;

  constructor(sink: TarSink) {
    this.#sink = sink;
  }

  /** Takes the next bytes of the archive. */
  push(bytes: Uint8Array): void {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    while (at < chunk.length && !this.#isEnded) at = this.#step(chunk, at);
  }

  /** Tells that no more bytes come; throws `tar-damaged` when the archive is not complete. */
  end(): void {
    if (!this.#isEnded) throw damagedTar("it ends too early");
  }

  #step(chunk: Buffer, at: number): number {
    if (this.#body > 0) return this.#takeBody(chunk, at);
    if (this.#padding > 0) {
      const skipped = Math.min(this.#padding, chunk.length - at);
      this.#padding -= skipped;
      return at + skipped;
    }
    if (this.#partial.length === 0 && chunk.length - at >= BLOCK) {
      this.#takeHeader(chunk.subarray(at, at + BLOCK));
      return at + BLOCK;
    }
    const taken = Math.min(BLOCK - this.#partial.length, chunk.length - at);
    const block = Buffer.concat([this.#partial, chunk.subarray(at, at + taken)]);
    this.#partial = block.length < BLOCK ? block : Buffer.alloc(0);
    if (block.length === BLOCK) this.#takeHeader(block);
    return at + taken;
  }

  #takeBody(chunk: Buffer, at: number): number {
    const taken = Math.min(this.#body, chunk.length - at);
    const piece = chunk.subarray(at, at + taken);
    this.#body -= taken;
    if (this.#extension !== null) this.#extension.pieces.push(Buffer.from(piece));
    else this.#sink.data(piece);
    if (this.#body === 0) this.#endBody();
    return at + taken;
  }

  #takeHeader(block: Buffer): void {
    const header = parseHeaderBlock(block);
    if (header === null) {
      this.#isEnded = true;
      return;
    }
    if ("xgLK".includes(header.flag)) this.#beginExtension(header);
    else this.#beginMember(header);
    if (this.#body === 0) this.#endBody();
  }

  #beginExtension(header: HeaderBlock): void {
    if (header.size > MAX_EXTENSION) throw damagedTar(`an extended header has ${header.size} bytes`);
    this.#extension = { flag: header.flag, pieces: [] };
    this.#expectBody(header.size);
  }

  #beginMember(header: HeaderBlock): void {
    const records = this.#global.size === 0 ? this.#local : new Map([...this.#global, ...this.#local]);
    const member = memberOf(header, { records, longName: this.#longName, longLink: this.#longLink });
    this.#local = NO_RECORDS;
    this.#longName = null;
    this.#longLink = null;
    this.#isInMember = true;
    this.#expectBody(member.size);
    this.#sink.member(member);
  }

  #expectBody(size: number): void {
    this.#body = size;
    this.#padding = (BLOCK - (size % BLOCK)) % BLOCK;
  }

  #endBody(): void {
    if (this.#extension !== null) this.#endExtension(this.#extension.flag, Buffer.concat(this.#extension.pieces));
    else if (this.#isInMember) {
      this.#isInMember = false;
      this.#sink.memberEnd();
    }
  }

  #endExtension(flag: string, bytes: Buffer): void {
    this.#extension = null;
    if (flag === "x") this.#local = parsePax(bytes);
    else if (flag === "g") this.#global = new Map([...this.#global, ...parsePax(bytes)]);
    else if (flag === "L") this.#longName = untilNul(bytes);
    else this.#longLink = untilNul(bytes);
  }
}

interface Extensions {
  readonly records: PaxRecords;
  readonly longName: Buffer | null;
  readonly longLink: Buffer | null;
}

function memberOf(header: HeaderBlock, extensions: Extensions): TarMember {
  const { records } = extensions;
  const name = decodePath(filled(records.get("path")) ?? extensions.longName ?? header.name);
  const flagged = typeOfFlag(header.flag);
  if (flagged === undefined || hasSparse(records)) throw unsupported(name, header.flag);
  const type = flagged === "file" && name.endsWith("/") ? "directory" : flagged;
  return {
    path: withoutSlash(name),
    type,
    mode: header.mode & 0o7777,
    uid: numberOf(records, "uid") ?? header.uid,
    gid: numberOf(records, "gid") ?? header.gid,
    userName: decodePath(filled(records.get("uname")) ?? header.userName),
    groupName: decodePath(filled(records.get("gname")) ?? header.groupName),
    size: type === "file" ? (numberOf(records, "size") ?? header.size) : 0,
    modifiedAt: numberOf(records, "mtime") ?? header.modifiedAt,
    link:
      type === "symlink" || type === "hardlink" ? decodePath(filled(records.get("linkpath")) ?? extensions.longLink ?? header.link) : "",
    device: type === "char" || type === "block" ? header.device : [0, 0],
    xattrs: records.size === 0 ? {} : xattrsOf(records),
  };
}

function hasSparse(records: PaxRecords): boolean {
  return records.has("GNU.sparse.major") || records.has("GNU.sparse.map") || records.has("GNU.sparse.size");
}

function unsupported(name: string, flag: string): CooperError {
  return new CooperError(
    "tar-unsupported",
    `The tar member ${JSON.stringify(name)} has the type ${JSON.stringify(flag)} or is sparse, which is not read.`,
    {
      hint: "An engine does not write such members; make the archive anew without sparse files.",
      exit: EXIT.incomplete,
    },
  );
}

/** An empty PAX value means that the header's own counts. */
function filled(value: Buffer | undefined): Buffer | undefined {
  return value === undefined || value.length === 0 ? undefined : value;
}

function numberOf(records: PaxRecords, key: string): number | undefined {
  const value = filled(records.get(key));
  if (value === undefined) return undefined;
  const number = Number(value.toString("latin1"));
  if (!Number.isFinite(number)) throw damagedTar(`the record ${key} is not a number`);
  return number;
}

function xattrsOf(records: PaxRecords): Record<string, string> {
  const xattrs: Record<string, string> = {};
  for (const [key, value] of records) {
    if (key.startsWith(XATTR)) xattrs[decodePath(Buffer.from(key.slice(XATTR.length), "latin1"))] = value.toString("hex");
  }
  return xattrs;
}

function withoutSlash(name: string): string {
  let end = name.length;
  while (end > 1 && name.charCodeAt(end - 1) === 0x2f) end--;
  return end === name.length ? name : name.slice(0, end);
}

function untilNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}
