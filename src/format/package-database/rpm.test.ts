import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { isCooperError } from "../../base/errors.ts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { cutRpmDatabase, readRpmDatabase } from "./rpm.ts";
import { readBerkeleyHash } from "./rpm-stores.ts";

/** Made by rpm itself (two packages, one with an epoch), by SQLite with the smallest pages, and by Berkeley DB's own tools. */
const fixture = (name: string): Buffer => gunzipSync(readFileSync(new URL(`../../../test/fixtures/rpm/${name}.gz`, import.meta.url)));

/** The same packages as rpm's own data base has them; no rpm that writes one is at hand. */
function ndb(): Buffer {
  const blobs = [...readBerkeleyHash(fixture("Packages"))];
  const list = Buffer.alloc(4096);
  list.write("RpmP", 0, "latin1");
  list.writeUInt32LE(1, 12);
  const parts = [list];
  let block = 4096 / 16;
  for (let slot = 2; slot < 4096 / 16; slot++) {
    list.write("Slot", slot * 16, "latin1");
    const blob = blobs[slot - 2];
    if (blob === undefined) continue;
    const padded = Buffer.alloc(Math.ceil((blob.length + 32) / 16) * 16);
    padded.write("BlbS", 0, "latin1");
    padded.writeUInt32LE(blob.length, 12);
    list.writeUInt32LE(padded.length / 16, slot * 16 + 12);
    blob.copy(padded, 16);
    list.writeUInt32LE(block, slot * 16 + 8);
    block += padded.length / 16;
    parts.push(padded);
  }
  return Buffer.concat(parts);
}

const KINDS: readonly (readonly [string, Buffer])[] = [
  ["SQLite", fixture("rpmdb.sqlite")],
  ["SQLite with overflowing rows", fixture("small-pages.sqlite")],
  ["Berkeley DB", fixture("Packages")],
  ["rpm's own", ndb()],
];

test.each(KINDS)("a data base of %s", (_kind, bytes) => {
  const packages = readRpmDatabase(bytes).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  expect(packages.map(({ name, version, architecture, source, bytes: size }) => [name, version, architecture, source, size])).toEqual([
    ["alpha", "2:1.2-3", "noarch", "alpha-1.2-3.src.rpm", 3000],
    ["beta", "1.2-3", "noarch", "beta-1.2-3.src.rpm", 3000],
  ]);
  expect(packages[0]?.paths).toEqual(["/opt/alpha", "/opt/alpha/file"]);
});

test.each(KINDS)("what stays of %s is read as before", (kind, bytes) => {
  const cut = cutRpmDatabase(bytes, new Set(["beta"]));
  const names = readRpmDatabase(cut).map(({ name, paths }) => [name, paths.length]);
  expect(names).toEqual(kind === "Berkeley DB" ? readRpmDatabase(bytes).map(({ name, paths }) => [name, paths.length]) : [["beta", 2]]);
});

test.each(KINDS)("a damaged one of %s is an error, never a crash", (_kind, bytes) => {
  const cut = fc.record({ end: fc.nat(bytes.length), at: fc.nat(bytes.length - 1), byte: fc.nat(255) });
  fc.assert(
    fc.property(cut, ({ end, at, byte }) => {
      const broken = Buffer.from(bytes.subarray(0, end));
      if (at < broken.length) broken[at] = byte;
      try {
        readRpmDatabase(broken);
      } catch (error) {
        expect(isCooperError(error) && error.code).toBe("package-database-damaged");
      }
    }),
    { numRuns: 200 },
  );
});
