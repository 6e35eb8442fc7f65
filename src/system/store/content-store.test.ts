import { createHash } from "node:crypto";
import { mkdir, readdir, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openContentStore } from "./content-store.ts";
import { makeTempFolder, type TempFolder } from "../file/files.ts";

let folder: TempFolder;
beforeEach(async () => {
  folder = await makeTempFolder("cooper-test-");
});
afterEach(() => folder.remove());

async function* chunksOf(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

test("gives back what was put, whole or in pieces", async () => {
  const store = openContentStore(join(folder.path, "contents"));
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 50 }), async (bytes, size) => {
      const expected = { hash: sha256(bytes), size: bytes.length, kept: true, lost: null };
      expect(await store.put(chunksOf(bytes, size))).toEqual(expected);
      expect(await store.put(bytes)).toEqual(expected);
      expect(store.putSync(bytes)).toEqual(expected);
      expect(store.readSync(expected.hash)).toEqual(Buffer.from(bytes));
      expect((await stat(store.path(expected.hash))).mode & 0o777).toBe(0o600);
    }),
    { numRuns: 50 },
  );
  expect((await readdir(store.folder)).filter((name) => name.startsWith("part-"))).toEqual([]);
});

test("keeps to its limits", async () => {
  const store = openContentStore(folder.path, { limits: { fileBytes: 10, totalBytes: 25 } });
  const put = async (text: string) => (await store.put(Buffer.from(text))).lost;
  expect(await put("a".repeat(11))).toBe("too-large");
  expect((await store.put(chunksOf(Buffer.from("a".repeat(11)), 3))).lost).toBe("too-large");
  expect(await put("a".repeat(10))).toBeNull();
  expect((await store.put(chunksOf(Buffer.from("b".repeat(10)), 3))).lost).toBeNull();
  expect(await put("c".repeat(10))).toBe("store-full");
  expect((await store.put(chunksOf(Buffer.from("c".repeat(10)), 3))).lost).toBe("store-full");
  expect(await put("a".repeat(10))).toBeNull();
  const later = openContentStore(folder.path, { limits: { fileBytes: 10, totalBytes: 25 } });
  expect(later.putSync(Buffer.from("c".repeat(10)))).toEqual({
    hash: sha256(Buffer.from("c".repeat(10))),
    size: 10,
    kept: false,
    lost: "store-full",
  });
});

test("has nothing that is damaged or was never there", async () => {
  const store = openContentStore(folder.path);
  const { hash } = await store.put(Buffer.from("whole"));
  expect(store.has(hash)).toBe(true);
  await truncate(store.path(hash), 2);
  expect(store.readSync(hash)).toBeNull();
  await expect(store.read(hash)).rejects.toMatchObject({ code: "content-missing", exit: 4 });
  await expect(store.read("0".repeat(64))).rejects.toMatchObject({ code: "content-missing" });
  await expect(store.read("../../etc/passwd")).rejects.toMatchObject({ code: "content-missing" });
  expect(store.readSync("../x")).toBeNull();
});

test("clears away the parts of writers that are gone", async () => {
  await mkdir(folder.path, { recursive: true });
  await writeFile(join(folder.path, "part-999999999-aa"), "half");
  await writeFile(join(folder.path, `part-${process.pid}-aa`), "ours");
  await openContentStore(folder.path).put(Buffer.from("x"));
  expect((await readdir(folder.path)).filter((name) => name.startsWith("part-"))).toEqual([`part-${process.pid}-aa`]);
});
