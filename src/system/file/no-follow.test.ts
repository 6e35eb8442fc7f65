import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DirectoryHandle, inParent, openRoot, readFileBelow } from "./no-follow.ts";

let folder: string;
let root: DirectoryHandle;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cooper-no-follow-"));
  mkdirSync(join(folder, "tree/sub"), { recursive: true });
  writeFileSync(join(folder, "outside"), "outside");
  writeFileSync(join(folder, "tree/sub/file"), "inside");
  symlinkSync("../..", join(folder, "tree/sub/up"));
  symlinkSync(join(folder, "outside"), join(folder, "tree/link"));
  symlinkSync(folder, join(folder, "tree/away"));
  execFileSync("sh", ["-c", "mkfifo tree/pipe"], { cwd: folder });
  const opened = openRoot(join(folder, "tree"));
  if (opened === null) throw new Error("the tree is not there");
  root = opened;
});

afterEach(() => {
  root.close();
  rmSync(folder, { recursive: true });
});

describe("reading below a root", () => {
  const cases: readonly (readonly [string, string | null])[] = [
    ["sub/file", "inside"],
    ["/sub/file", "inside"],
    ["link", null],
    ["away/outside", null],
    ["sub/up/outside", null],
    ["pipe", null],
    ["sub", null],
    ["nothing/at/all", null],
    ["sub/file/below", null],
  ];
  test.each(cases)("%s", (path, expected) => {
    expect(readFileBelow(root, path, 100)?.toString() ?? null).toBe(expected);
  });

  test("a file larger than the limit is not read", () => {
    expect(readFileBelow(root, "sub/file", 5)).toBeNull();
  });

  test("types and targets without following", () => {
    expect(["sub", "link", "pipe", "away"].map((name) => root.stat(name)?.type)).toEqual(["directory", "symlink", "fifo", "symlink"]);
    expect(root.readLink("away")).toBe(folder);
    expect(root.readLink("sub")).toBeNull();
    expect(root.stat("none")).toBeNull();
    expect(inParent(root, "sub/file", (parent, name) => parent.stat(name)?.size)).toBe(6);
  });

  test("names of any bytes", () => {
    execFileSync("sh", ["-c", `printf x > "$(printf 'tree/bad\\377')"; printf y > 'tree/new\nline'`], { cwd: folder });
    expect(root.list().sort()).toEqual(["away", "bad\udcff", "link", "new\nline", "pipe", "sub"]);
    expect(readFileBelow(root, "bad\udcff", 10)?.toString()).toBe("x");
    expect(readFileBelow(root, "new\nline", 10)?.toString()).toBe("y");
  });

  test("a root that is not there", () => {
    expect(openRoot(join(folder, "none"))).toBeNull();
  });

  test("nothing stays open", () => {
    const before = openRoot("/proc/self/fd")?.list().length ?? 0;
    for (let round = 0; round < 50; round++) for (const [path] of cases) readFileBelow(root, path, 100);
    const after = openRoot("/proc/self/fd")?.list().length ?? 0;
    expect(after - before).toBeLessThan(50);
  });
});
