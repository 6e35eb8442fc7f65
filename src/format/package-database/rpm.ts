import { isSqlite, readBlobs } from "../sqlite/read-blobs.ts";
import { writeBlobs } from "../sqlite/write-blobs.ts";
import { damagedDatabase } from "./damaged.ts";
import { readRpmHeader, type RpmPackage } from "./rpm-header.ts";
import { cutNdb, isBerkeleyHash, isNdb, readBerkeleyHash, readNdb } from "./rpm-stores.ts";

/**
 * The packages of an rpm data base: `rpmdb.sqlite` (Fedora since 33), `Packages.db` (SUSE) or `Packages` (until rpm 4.16), told apart by
 * their first bytes. Throws `package-database-damaged`.
 */
export function readRpmDatabase(bytes: Buffer): readonly RpmPackage[] {
  return [...headersOf(bytes)].flatMap((blob) => readRpmHeader(blob) ?? []);
}

const TABLE = "Packages";
const DECLARATION = `CREATE TABLE '${TABLE}' (hnum INTEGER PRIMARY KEY,blob BLOB NOT NULL)`;

/**
 * The data base with these packages alone, and with what is none (keys). Of SQLite's kind the indexes are left out, which `rpm --rebuilddb`
 * makes again; of Berkeley DB's nothing is: it comes back whole. Throws `package-database-damaged`.
 */
export function cutRpmDatabase(bytes: Buffer, packages: ReadonlySet<string>): Buffer {
  const stays = (blob: Buffer): boolean => {
    const name = readRpmHeader(blob)?.name;
    return name === undefined || packages.has(name);
  };
  if (isSqlite(bytes)) return writeBlobs(TABLE, DECLARATION, [...readBlobs(bytes, TABLE)].filter(stays));
  if (isNdb(bytes)) return cutNdb(bytes, stays);
  return bytes;
}

function headersOf(bytes: Buffer): Iterable<Buffer> {
  if (isSqlite(bytes)) return readBlobs(bytes, TABLE);
  if (isNdb(bytes)) return readNdb(bytes);
  if (isBerkeleyHash(bytes)) return readBerkeleyHash(bytes);
  throw damagedDatabase("it is none of the three kinds that rpm writes");
}
