import { expect, test } from "vitest";
import { PacketReader } from "../../format/sftp/packet.ts";
import { type FetchFile, FilesAhead } from "./files-ahead.ts";
import { type Listing, TreeCache } from "./tree-cache.ts";

const FILE = 0o100_644;

function listing(sizes: Readonly<Record<string, number>>): Listing {
  const entries = new Map(Object.entries(sizes).map(([name, size]) => [name, { attributes: { mode: FILE, size } }]));
  return { own: { attributes: { mode: 0o040_755 } }, entries };
}

interface Desk {
  readonly cache: TreeCache;
  readonly asked: string[];
  readonly open: (path: string) => Promise<string>;
  time: number;
  /** Until when the file that was opened last counts. */
  until: number;
  isBroken: boolean;
  /** Files whose replies are shorter than they have to be. */
  readonly short: Set<string>;
}

async function desk(sizes: Readonly<Record<string, number>>): Promise<Desk> {
  const asked: string[] = [];
  const made: { ahead: FilesAhead | null } = { ahead: null };
  const cache = new TreeCache(() => here.time);
  const here: Desk = {
    cache,
    asked,
    time: 0,
    until: -1,
    isBroken: false,
    short: new Set(),
    open: async (path) => {
      const { file: told, until } = (await made.ahead?.take(path, 1_000)) ?? {};
      here.until = until ?? -1;
      return told !== undefined && "found" in told ? String(told.found) : "refused";
    },
  };
  const fetch: FetchFile = (path) => {
    asked.push(path);
    if (here.short.has(path)) return Promise.resolve().then(() => ({ found: new PacketReader(Buffer.alloc(2)).string() }));
    return Promise.resolve({ found: here.isBroken ? null : Buffer.from(`${path} at ${here.time}`) });
  };
  made.ahead = new FilesAhead(cache, fetch, () => here.time);
  cache.onForget = (path, isDeep) => (path === null ? made.ahead?.forgetAll() : made.ahead?.forget(path, isDeep));
  await cache.ask("/a", 10_000, () => Promise.resolve(listing(sizes)));
  return here;
}

const SMALL = { c: 1, a: 1, b: 1, d: 1, huge: 1_000_000, e: 1 };

test("who opens files in a row finds the next ones there", async () => {
  const { open, asked } = await desk(SMALL);
  await open("/a/a");
  expect(asked).toEqual(["/a/a"]);
  await open("/a/b");
  expect(asked).toEqual(["/a/a", "/a/b", "/a/c", "/a/d", "/a/e"]);
  expect(await open("/a/c")).toBe("/a/c at 0");
  expect(asked).toHaveLength(5);
});

test("the next ones are asked for many at once, when half of those before is used up", async () => {
  const names = Array.from({ length: 60 }, (_, at) => String(100 + at));
  const { open, asked } = await desk(Object.fromEntries(names.map((name) => [name, 1])));
  const sizes: number[] = [];
  for (const name of names.slice(0, 30)) {
    await open(`/a/${name}`);
    sizes.push(asked.length);
  }
  expect(sizes.slice(0, 7)).toEqual([1, 10, 10, 10, 10, 22, 22]);
  expect(new Set(sizes).size).toBeLessThan(7);
});

test("the folder's own order counts too", async () => {
  const { open, asked } = await desk(SMALL);
  await open("/a/c");
  await open("/a/a");
  expect(asked).toEqual(["/a/c", "/a/a", "/a/b", "/a/d", "/a/e"]);
});

test("who opens one file again and again fetches that alone", async () => {
  const { open, asked } = await desk(SMALL);
  await open("/a/b");
  await open("/a/b");
  await open("/a/a");
  expect(asked).toEqual(["/a/b", "/a/b", "/a/a"]);
});

test.each([
  ["it is too old", (here: Desk): void => void (here.time = 1_001), "/a/c at 1001"],
  ["it was changed", (here: Desk) => here.cache.forget("/a/c"), "/a/c at 1"],
  ["its folder was", (here: Desk) => here.cache.forgetBelow("/a"), "/a/c at 1"],
  ["all may have been", (here: Desk) => here.cache.forgetAll(), "/a/c at 1"],
] as const)("what was fetched does not count when %s", async (_, act, content) => {
  const here = await desk(SMALL);
  await here.open("/a/a");
  await here.open("/a/b");
  here.time = 1;
  act(here);
  expect(await here.open("/a/c")).toBe(content);
});

test("what could not be had beforehand is asked for again", async () => {
  const here = await desk(SMALL);
  await here.open("/a/a");
  here.isBroken = true;
  await here.open("/a/b");
  here.isBroken = false;
  expect(await here.open("/a/c")).toBe("/a/c at 0");
});

test("a reply that makes no sense fails who takes the file, and nobody else", async () => {
  const here = await desk(SMALL);
  const unheard: unknown[] = [];
  const hear = (reason: unknown): void => void unheard.push(reason);
  process.on("unhandledRejection", hear);
  here.short.add("/a/c").add("/a/d");
  await here.open("/a/a");
  await here.open("/a/b");
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", hear);
  expect(here.asked).toContain("/a/d");
  expect(unheard).toEqual([]);
  await expect(here.open("/a/c")).rejects.toBeInstanceOf(Error);
  expect(await here.open("/a/e")).toBe("/a/e at 0");
});

test("what was fetched beforehand counts from then on, not from when it is opened", async () => {
  const here = await desk(SMALL);
  await here.open("/a/a");
  await here.open("/a/b");
  here.time = 900;
  await here.open("/a/c");
  expect(here.until).toBe(1_000);
  await here.open("/a/huge");
  expect(here.until).toBe(1_900);
});
