import { chmod, mkdir, readFile, readdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  listFolder,
  makeTempFolder,
  pathExists,
  readBytesIfThere,
  readStartOfText,
  readTextIfThere,
  removeTree,
  type TempFolder,
  writeFileAtomically,
} from "./files.ts";
import { isOwnFolder, makeOwnFolder, makePrivateFolder, stateFolder } from "../store/state-folder.ts";
import { openTextLog } from "../store/text-log.ts";

let folder: TempFolder;
beforeEach(async () => {
  folder = await makeTempFolder("cooper-test-");
});
afterEach(() => folder.remove());
const at = (name: string): string => join(folder.path, name);

describe("files", () => {
  test("that are not there", async () => {
    expect(await readTextIfThere(at("a"))).toBeNull();
    expect(await readBytesIfThere(at("a/b"))).toBeNull();
    expect(await readStartOfText(at("a"), 10)).toBe("");
    expect(await listFolder(at("a"))).toEqual([]);
    expect(await pathExists(at("a"))).toBe(false);
    await removeTree(at("a"));
  });
  test("are read, also in part", async () => {
    await writeFile(at("a"), "äbcdef");
    expect(await readTextIfThere(at("a"))).toBe("äbcdef");
    expect(await readStartOfText(at("a"), 3)).toBe("äb");
    expect(await readStartOfText(at("a"), 99)).toBe("äbcdef");
    expect(await listFolder(folder.path)).toEqual(["a"]);
    await expect(readTextIfThere(folder.path)).rejects.toMatchObject({ code: "EISDIR" });
  });
  test("are written whole or not at all", async () => {
    await writeFileAtomically(at("a"), "old", 0o600);
    await writeFileAtomically(at("a"), "new");
    expect([await readFile(at("a"), "utf8"), (await stat(at("a"))).mode & 0o777]).toEqual(["new", 0o644]);
    await mkdir(at("full/x"), { recursive: true });
    await expect(writeFileAtomically(at("full"), "x")).rejects.toMatchObject({ code: "EISDIR" });
    expect((await readdir(folder.path)).toSorted()).toEqual(["a", "full"]);
  });
  test("temporary folders are ours alone", async () => {
    expect((await stat(folder.path)).mode & 0o777).toBe(0o700);
  });
});

describe("the state folder", () => {
  const CASES: readonly (readonly [Record<string, string>, string])[] = [
    [{ XDG_STATE_HOME: "/s", HOME: "/h" }, "/s/cooper"],
    [{ XDG_STATE_HOME: "s", HOME: "/h" }, "/h/.local/state/cooper"],
    [{ XDG_STATE_HOME: "", HOME: "/h" }, "/h/.local/state/cooper"],
    [{ HOME: "/h" }, "/h/.local/state/cooper"],
  ];
  test.each(CASES)("of %j", (env, path) => {
    expect(stateFolder(env)).toBe(path);
  });
  test("is made private, also where it was open", async () => {
    await mkdir(at("open"), { mode: 0o755 });
    await makePrivateFolder(at("open"));
    await makePrivateFolder(at("new/deep"));
    for (const name of ["open", "new", "new/deep"]) expect((await stat(at(name))).mode & 0o777).toBe(0o700);
  });
  test.each([
    ["private", true],
    ["open", false],
    ["link", false],
    ["none", false],
  ])("%s is one where nobody else can put anything: %j", async (name, isOwn) => {
    await mkdir(at("private"), { mode: 0o700, recursive: true });
    await mkdir(at("open"), { recursive: true });
    await chmod(at("open"), 0o777);
    await symlink(at("private"), at("link"));
    expect(await isOwnFolder(at(name))).toBe(isOwn);
    if (name !== "link") await makeOwnFolder(at(name));
    else await expect(makeOwnFolder(at(name))).rejects.toMatchObject({ code: "folder-not-private", exit: 125 });
  });
  test("that cannot be made is an error with a remedy", async () => {
    await symlink("/nothing/at/all", at("dangling"));
    await expect(makePrivateFolder(at("dangling"))).rejects.toMatchObject({ code: "state-not-writable", exit: 2 });
  });
});

describe("a text log", () => {
  test("keeps the order", async () => {
    const log = await openTextLog(at("log"), () => undefined);
    for (let number = 0; number < 1000; number++) log.write(`${number}\n`);
    await log.close();
    expect(await readFile(at("log"), "utf8")).toBe(Array.from({ length: 1000 }, (_, number) => `${number}\n`).join(""));
    expect((await stat(at("log"))).mode & 0o777).toBe(0o600);
  });
  test("tells once of a disk that is full", async () => {
    const errors: unknown[] = [];
    const log = await openTextLog("/dev/full", (error) => errors.push(error));
    log.write("a");
    log.write("b");
    await log.close();
    expect(errors).toMatchObject([{ code: "ENOSPC" }]);
  });
});

test("a TMPDIR that is not there is told with the way out", async () => {
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = "/nowhere";
  try {
    await expect(makeTempFolder("cooper-test-")).rejects.toMatchObject({
      code: "spool-not-made",
      hint: expect.stringContaining("TMPDIR="),
    });
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
});
