import { checkedBytes, damagedDatabase } from "./damaged.ts";

/** A package of rpm's data base. */
export interface RpmPackage {
  readonly name: string;
  /** "1.2-3", with "2:" before it where there is an epoch. */
  readonly version: string;
  readonly architecture: string;
  /** The source package's file, "glibc-2.38-1.fc39.src.rpm"; "" where it is not told. */
  readonly source: string;
  readonly bytes: number;
  /** Absolute paths that it brought. */
  readonly paths: readonly string[];
}

const TAGS = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  size: 1009,
  architecture: 1022,
  source: 1044,
  folderOf: 1116,
  names: 1117,
  folders: 1118,
  longSize: 5009,
} as const;
const ENTRY = 16;

/** Reads the header of an installed package: tags with values, all numbers big-endian. Null for one without a name (a key, a mark). */
export function readRpmHeader(blob: Buffer): RpmPackage | null {
  const { texts, numbers } = tagsOf(blob);
  const [name] = texts(TAGS.name);
  const [version] = texts(TAGS.version);
  if (name === undefined || version === undefined || name === "gpg-pubkey") return null;
  const [release = ""] = texts(TAGS.release);
  const [epoch] = numbers(TAGS.epoch);
  const folders = texts(TAGS.folders);
  const folderOf = numbers(TAGS.folderOf);
  return {
    name,
    version: `${epoch === undefined ? "" : `${epoch}:`}${version}${release === "" ? "" : `-${release}`}`,
    architecture: texts(TAGS.architecture)[0] ?? "",
    source: texts(TAGS.source)[0] ?? "",
    bytes: numbers(TAGS.longSize)[0] ?? numbers(TAGS.size)[0] ?? 0,
    paths: texts(TAGS.names).map((base, at) => `${folders[folderOf[at] ?? -1] ?? "/"}${base}`),
  };
}

interface Tags {
  texts(tag: number): readonly string[];
  numbers(tag: number): readonly number[];
}

function tagsOf(blob: Buffer): Tags {
  const bytes = checkedBytes(blob);
  const count = bytes.slice(0, 4).readUInt32BE();
  const data = 8 + count * ENTRY;
  if (data > bytes.length) throw damagedDatabase("a package's header is cut");
  const entries = new Map<number, readonly [type: number, offset: number, count: number]>();
  for (let at = 8; at < data; at += ENTRY) {
    const entry = bytes.slice(at, ENTRY);
    entries.set(entry.readUInt32BE(0), [entry.readUInt32BE(4), entry.readUInt32BE(8), entry.readUInt32BE(12)]);
  }
  return {
    texts(tag) {
      const [, offset = 0, many = 0] = entries.get(tag) ?? [];
      const texts: string[] = [];
      for (let at = data + offset; texts.length < many;) {
        const end = blob.indexOf(0, at);
        if (end < 0) throw damagedDatabase("a text in a package's header is cut");
        texts.push(blob.toString("utf8", at, end));
        at = end + 1;
      }
      return texts;
    },
    numbers(tag) {
      const [type = 0, offset = 0, many = 0] = entries.get(tag) ?? [];
      const width = type === 5 ? 8 : 4;
      if (many * width > bytes.length) throw damagedDatabase("a list in a package's header is cut");
      const at = (index: number): Buffer => bytes.slice(data + offset + index * width, width);
      return Array.from({ length: many }, (_none, index) => (width === 8 ? Number(at(index).readBigUInt64BE()) : at(index).readUInt32BE()));
    },
  };
}
