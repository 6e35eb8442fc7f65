import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readBlobs } from "./read-blobs.ts";
import { writeBlobs } from "./write-blobs.ts";

const DECLARATION = "CREATE TABLE blobs (number INTEGER PRIMARY KEY, content BLOB NOT NULL)";

/** Compared as wholes: a comparison value by value takes long. */
function isReadAgain(blobs: readonly Buffer[]): boolean {
  const read = [...readBlobs(writeBlobs("blobs", DECLARATION, blobs), "blobs")];
  return read.length === blobs.length && read.every((blob, index) => blob.equals(blobs[index] ?? Buffer.of(0)));
}

test("what is written is read again, whatever the sizes", () => {
  const blob = fc.oneof(fc.nat(300), fc.nat(20_000), fc.integer({ min: 4000, max: 4200 })).map((length) => Buffer.alloc(length, length));
  fc.assert(
    fc.property(fc.array(blob, { maxLength: 60 }), (blobs) => {
      expect(isReadAgain(blobs)).toBe(true);
    }),
    { numRuns: 20 },
  );
});

test("more pages than one above them can name", () => {
  const blobs = Array.from({ length: 700 }, (_blob, index) => Buffer.alloc(2100, index));
  expect(isReadAgain(blobs)).toBe(true);
});

const JUDGE = `
import sqlite3, sys
base = sqlite3.connect(sys.argv[1])
print(base.execute("pragma integrity_check").fetchall(), base.execute("select count(*), sum(length(content)), max(number) from blobs").fetchall())
`;

test("SQLite itself finds nothing wrong with it", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "cooper-sqlite-"));
  try {
    const sizes = [...Array.from({ length: 600 }, () => 2100), 1, 0, 50_000, 4061, 4062];
    writeFileSync(
      path.join(folder, "base"),
      writeBlobs(
        "blobs",
        DECLARATION,
        sizes.map((size) => Buffer.alloc(size, 7)),
      ),
    );
    const said = execFileSync("python3", ["-c", JUDGE, path.join(folder, "base")]).toString();
    expect(said.trim()).toBe(`[('ok',)] [(605, ${sizes.reduce((sum, size) => sum + size)}, 605)]`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
