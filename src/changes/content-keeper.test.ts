import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openContentStore } from "../system/store/content-store.ts";
import { openRoot } from "../system/file/no-follow.ts";
import { ContentKeeper } from "./content-keeper.ts";
import { hashBytes } from "./content-hasher.ts";

const folder = mkdtempSync(join(tmpdir(), "cooper-keeper-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const store = openContentStore(join(folder, "store"));
const keeper = new ContentKeeper(store, () => ["typed-Passw0rd"]);
const plain = { isOfPackage: false, hashBefore: undefined };

const cases: readonly (readonly [string, string, boolean, boolean, readonly string[]])[] = [
  ["/etc/app.conf", "listen 80\n", false, true, []],
  ["/usr/share/app/data", "of a package\n", true, false, []],
  ["/var/cache/apt/pkgcache.bin", "a cache\n", false, false, []],
  ["/root/.netrc", "machine a\n", false, false, ["secret-content"]],
  ["/etc/db.conf", "value typed-Passw0rd\n", false, false, ["secret-content"]],
];
// oxlint-disable-next-line max-params -- one row of the table
test.each(cases)("%s", (path, text, isOfPackage, kept, codes) => {
  const bytes = Buffer.from(text);
  const taken = keeper.takeBytes(bytes, { path, isOfPackage, hashBefore: undefined });
  expect([taken.hash, taken.size, taken.kept, taken.findings.map(({ code }) => code)]).toEqual([
    hashBytes(bytes),
    text.length,
    kept,
    codes,
  ]);
  expect(store.has(taken.hash)).toBe(kept);
});

test("a content that is the same as before is not kept anew", () => {
  const bytes = Buffer.from("as in the image\n");
  expect(keeper.takeBytes(bytes, { path: "/etc/x", isOfPackage: false, hashBefore: hashBytes(bytes) })).toMatchObject({
    kept: false,
    findings: [],
  });
});

test("a file beyond the limit is hashed and told", () => {
  const bytes = Buffer.alloc(64 * 1024 ** 2 + 1, 7);
  writeFileSync(join(folder, "large"), bytes);
  const root = openRoot(folder);
  const file = root?.file("large");
  if (!root || !file) throw new Error("the file is not there");
  const taken = keeper.takeFile(file, { path: "/large", ...plain });
  file.close();
  root.close();
  expect([taken.hash, taken.size, taken.kept]).toEqual([hashBytes(bytes), bytes.length, false]);
  expect(taken.findings.map(({ code }) => code)).toEqual(["content-not-kept"]);
});

test("a store that is full is told once", () => {
  const small = openContentStore(join(folder, "small"), { limits: { fileBytes: 100, totalBytes: 10 } });
  const full = new ContentKeeper(small, () => []);
  const taken = ["/a", "/b", "/c"].map((path) => full.takeBytes(Buffer.from(`${path} is too much\n`), { path, ...plain }));
  expect(taken.map(({ kept, findings }) => [kept, findings.length])).toEqual([
    [false, 1],
    [false, 0],
    [false, 0],
  ]);
});
