import fc from "fast-check";
import { expect, test } from "vitest";
import { type Listing, TreeCache, wirePath } from "./tree-cache.ts";

const listing = (...names: string[]): Listing => ({
  own: { attributes: { mode: 0o040_755 } },
  entries: new Map(names.map((name) => [name, { attributes: { size: name.length } }])),
});

async function cacheOf(now: () => number = () => 0): Promise<TreeCache> {
  const cache = new TreeCache(now);
  await cache.ask("/a", 1_000, () => Promise.resolve(listing("one", "two")));
  return cache;
}

test("a listing tells what is there, and what is not", async () => {
  const cache = await cacheOf();
  expect(cache.look("/a/one")).toEqual({ attributes: { size: 3 } });
  expect(cache.look("/a/none")).toBeNull();
  expect(cache.look("/b")).toBeUndefined();
  expect(cache.look("/a")).toEqual({ attributes: { mode: 0o040_755 } });
});

test("it is kept for its time", async () => {
  let now = 0;
  const cache = await cacheOf(() => now);
  now = 1_001;
  expect(cache.look("/a/one")).toBeUndefined();
});

test.each([
  ["a name that something was done to", (cache: TreeCache) => cache.forget("/a/one"), undefined, true],
  ["the whole folder", (cache: TreeCache) => cache.forgetBelow("/a"), undefined, false],
  ["everything", (cache: TreeCache) => cache.forgetAll(), undefined, false],
  ["a file that is written", (cache: TreeCache) => cache.beginWriting("/a/one"), undefined, true],
] as const)("%s is not known any more", async (_, act, one, keepsOther) => {
  const cache = await cacheOf();
  act(cache);
  expect(cache.look("/a/one")).toBe(one);
  expect(cache.look("/a/two") !== undefined).toBe(keepsOther);
  expect(cache.list("/a")).toBeNull();
});

test("what comes in after a change does not count", async () => {
  const cache = new TreeCache(() => 0);
  let answer: (listing: Listing) => void = () => undefined;
  const asked = cache.ask("/a", 1_000, () => new Promise<Listing>((resolve) => (answer = resolve)));
  cache.forget("/a/one");
  answer(listing("old"));
  await asked;
  expect(cache.look("/a/old")).toBeUndefined();
});

test("one name is learnt, unless something was done meanwhile", async () => {
  const cache = await cacheOf();
  cache.forget("/a/one");
  cache.expect("/a/one")({ attributes: { size: 9 } });
  expect(cache.look("/a/one")).toEqual({ attributes: { size: 9 } });
  const late = cache.expect("/a/one");
  cache.forget("/a/one");
  late({ attributes: { size: 1 } });
  expect(cache.look("/a/one")).toBeUndefined();
});

test("a path has one form", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", ".", "", "b c")), (names) => {
      const plain = names.filter((name) => name !== "" && name !== ".");
      expect(wirePath(Buffer.from(`/${names.join("/")}`))).toBe(`/${plain.join("/")}`);
    }),
  );
});
