import { createHash } from "node:crypto";
import type { Readable } from "node:stream";

/** One entry of an exported container, as text that is equal when the entries are. */
export interface ListedEntry {
  readonly type: string;
  readonly facts: string;
  readonly size: number;
}

export type Listing = ReadonlyMap<string, ListedEntry>;

const BLOCK = 512;
/** Larger files are compared as bytes: nothing writes a host name into them. */
const TEXT_LIMIT = 1024 * 1024;
const types: Readonly<Record<string, string>> = {
  "0": "file",
  "\0": "file",
  "1": "hardlink",
  "2": "symlink",
  "3": "char",
  "4": "block",
  "5": "directory",
  "6": "fifo",
};

function textOf(block: Buffer, from: number, length: number): string {
  const bytes = block.subarray(from, from + length);
  const end = bytes.indexOf(0);
  return bytes.subarray(0, end < 0 ? length : end).toString("utf8");
}

function numberOf(block: Buffer, from: number, length: number): number {
  if (((block[from] ?? 0) & 0x80) !== 0) return Number(block.readBigUInt64BE(from + length - 8));
  return Number.parseInt(textOf(block, from, length).trim() || "0", 8);
}

function paxOf(data: Buffer): Record<string, string> {
  const records: Record<string, string> = {};
  for (let at = 0; at < data.length;) {
    const space = data.indexOf(32, at);
    const length = Number.parseInt(data.subarray(at, space).toString(), 10);
    const line = data.subarray(space + 1, at + length - 1);
    const equals = line.indexOf(61);
    const key = line.subarray(0, equals).toString();
    const value = line.subarray(equals + 1);
    records[key] = key.startsWith("SCHILY.xattr.") ? value.toString("hex") : value.toString("utf8");
    at += length;
  }
  return records;
}

/** Reads exactly so many bytes of a stream, again and again. */
function exactReader(stream: Readable): (length: number) => Promise<Buffer> {
  const chunks: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  return async (length) => {
    const parts = [rest];
    let have = rest.length;
    while (have < length) {
      const { value, done } = await chunks.next();
      if (done === true) break;
      parts.push(value);
      have += value.length;
    }
    const all = parts.length === 1 ? rest : Buffer.concat(parts);
    rest = all.subarray(length);
    return all.subarray(0, length);
  };
}

function contentHash(data: Buffer, hostNames: readonly string[]): string {
  const isText = data.length <= TEXT_LIMIT && !data.includes(0);
  const same = isText ? hostNames.reduce((text, name) => text.replaceAll(name, "HOSTNAME"), data.toString("latin1")) : data;
  return createHash("sha256")
    .update(typeof same === "string" ? Buffer.from(same, "latin1") : same)
    .digest("hex");
}

function factsOf(header: Buffer, pax: Record<string, string>, hash: string): string {
  const flag = String.fromCharCode(header[156] ?? 0);
  const link = pax["linkpath"] ?? textOf(header, 157, 100);
  const device = flag === "3" || flag === "4" ? `${numberOf(header, 329, 8)}:${numberOf(header, 337, 8)}` : "";
  const xattrs = Object.entries(pax)
    .filter(([key]) => key.startsWith("SCHILY.xattr."))
    .toSorted()
    .join();
  const mode = flag === "2" ? "" : (numberOf(header, 100, 8) & 0o7777).toString(8);
  const owner = `${pax["uid"] ?? numberOf(header, 108, 8)}:${pax["gid"] ?? numberOf(header, 116, 8)}`;
  return [types[flag] ?? flag, mode, owner, link, device, xattrs, hash].join("|");
}

/** Lists a tar stream (`docker export`): path to what the judgement compares. Names of one file are listed as copies of its first name. */
export async function listTar(stream: Readable, hostNames: readonly string[]): Promise<Listing> {
  const listing = new Map<string, ListedEntry>();
  const read = exactReader(stream);
  let pax: Record<string, string> = {};
  for (;;) {
    const header = await read(BLOCK);
    if (header.length < BLOCK || header.every((byte) => byte === 0)) break;
    const flag = String.fromCharCode(header[156] ?? 0);
    const size = Number(pax["size"] ?? numberOf(header, 124, 12));
    const data = (await read(Math.ceil(size / BLOCK) * BLOCK)).subarray(0, size);
    if (flag === "x") pax = paxOf(data);
    else if (flag === "L") pax["path"] = textOf(data, 0, data.length);
    else if (flag === "K") pax["linkpath"] = textOf(data, 0, data.length);
    else if (flag !== "g") {
      addEntry(listing, { header, pax, hash: types[flag] === "file" ? contentHash(data, hostNames) : "", size });
      pax = {};
    }
  }
  for await (const _ of stream);
  return listing;
}

function addEntry(
  listing: Map<string, ListedEntry>,
  entry: { header: Buffer; pax: Record<string, string>; hash: string; size: number },
): void {
  const { header, pax, hash, size } = entry;
  const prefix = textOf(header, 345, 155);
  const name = pax["path"] ?? (prefix === "" ? textOf(header, 0, 100) : `${prefix}/${textOf(header, 0, 100)}`);
  const path = `/${name.replace(/^\.?\//, "").replace(/\/$/, "")}`;
  const facts = factsOf(header, pax, hash);
  listing.set(path, { type: facts.split("|", 1)[0] ?? "", facts, size });
}

/** The sets of names that are one file, each sorted and joined; the order in which a tar holds them does not matter. */
export function resolveHardLinks(listing: Listing): Listing {
  const groups = new Map<string, string[]>();
  for (const [path, { type, facts }] of listing) {
    if (type !== "hardlink") continue;
    const first = `/${(facts.split("|")[3] ?? "").replace(/^\.?\//, "")}`;
    groups.set(first, [...(groups.get(first) ?? [first]), path]);
  }
  const resolved = new Map(listing);
  for (const [first, names] of groups) {
    const entry = listing.get(first);
    if (entry === undefined) continue;
    for (const name of names) resolved.set(name, { ...entry, facts: `${entry.facts}|${names.toSorted().join(" = ")}` });
  }
  return resolved;
}
