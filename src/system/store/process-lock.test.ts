import { spawnSync } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeTempFolder } from "../file/files.ts";
import { takeLock } from "./process-lock.ts";
import { processMark } from "../process/process-name.ts";

async function withPath(use: (path: string) => Promise<void>): Promise<void> {
  const folder = await makeTempFolder("cooper-lock-");
  try {
    await use(join(folder.path, "deep", "web"));
  } finally {
    await folder.remove();
  }
}

test("a lock is held by one at a time, and free after its release", () =>
  withPath(async (path) => {
    const lock = await takeLock(path, "up web");
    expect(await takeLock(path, "down web")).toMatchObject({ isHeld: false, pid: process.pid, purpose: "up web", file: `${path}.1` });
    if (lock.isHeld) await lock.release();
    expect(await takeLock(path, "down web")).toMatchObject({ isHeld: true });
    expect(await readdir(join(path, ".."))).toEqual(["web.2"]);
  }));

const HOLDERS: readonly (readonly [string, () => object, boolean])[] = [
  ["a process that has ended", () => ({ ...processMark(), pid: spawnSync("true").pid }), true],
  ["another process with the same number", () => ({ ...processMark(), started: "1" }), true],
  ["a process of an earlier start of the machine", () => ({ ...processMark(), boot: "another" }), true],
  ["a process that cannot be seen from here", () => ({ ...processMark(), pid: 1, processes: "pid:[1]" }), false],
  ["nobody, as nothing can be read", () => ({}), true],
];

test.each(HOLDERS)("of %s the lock is taken over: case %#", (_, holder, isTaken) =>
  withPath(async (path) => {
    const first = await takeLock(path, "");
    expect(first.isHeld).toBe(true);
    await writeFile(`${path}.1`, JSON.stringify(holder()));
    expect((await takeLock(path, "up web")).isHeld).toBe(isTaken);
  }),
);

test("of many that ask at the same time one has it, also when they find a dead one's", () =>
  withPath(async (path) => {
    await takeLock(path, "");
    await writeFile(`${path}.1`, JSON.stringify({ ...processMark(), started: "1" }));
    const locks = await Promise.all(Array.from({ length: 20 }, () => takeLock(path, "up web")));
    expect(locks.filter(({ isHeld }) => isHeld)).toHaveLength(1);
  }));
