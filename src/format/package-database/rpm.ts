import { isSqlite, readBlobs } from "../sqlite/read-blobs.ts";
import { damagedDatabase } from "./damaged.ts";
import { readRpmHeader, type RpmPackage } from "./rpm-header.ts";
import { isBerkeleyHash, isNdb, readBerkeleyHash, readNdb } from "./rpm-stores.ts";

/**
 * The packages of an rpm data base: `rpmdb.sqlite` (Fedora since 33), `Packages.db` (SUSE) or `Packages` (until rpm 4.16), told apart by
 * their first bytes. Throws `package-database-damaged`.
 */
export function readRpmDatabase(bytes: Buffer): readonly RpmPackage[] {
  return [...headersOf(bytes)].flatMap((blob) => readRpmHeader(blob) ?? []);
}

function headersOf(bytes: Buffer): Iterable<Buffer> {
  if (isSqlite(bytes)) return readBlobs(bytes, "Packages");
  if (isNdb(bytes)) return readNdb(bytes);
  if (isBerkeleyHash(bytes)) return readBerkeleyHash(bytes);
  throw damagedDatabase("it is none of the three kinds that rpm writes");
}
