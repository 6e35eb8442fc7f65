import { execFileSync } from "node:child_process";
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type DirectoryHandle, openRoot } from "../../system/file/no-follow.ts";
import { copyTree, measureTree } from "./copy-tree.ts";
import { emptyTree } from "./empty-tree.ts";

let folder: string;
let from: DirectoryHandle;
let to: DirectoryHandle;
const LIMITS = { foldersOnly: false, maxSize: 1000 };

function open(name: string): DirectoryHandle {
  const opened = openRoot(join(folder, name));
  if (opened === null) throw new Error(`${name} is not there`);
  return opened;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cooper-tree-"));
  for (const name of ["outside", "from/a/b", "from/empty", "to"]) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, "outside/precious"), "precious");
  writeFileSync(join(folder, "from/a/b/file"), "content");
  chmodSync(join(folder, "from/a/b/file"), 0o4711);
  chmodSync(join(folder, "from/a"), 0o750);
  symlinkSync(join(folder, "outside"), join(folder, "from/a/away"));
  symlinkSync("../a", join(folder, "from/a/near"));
  linkSync(join(folder, "outside/precious"), join(folder, "from/a/second"));
  execFileSync("mkfifo", [join(folder, "from/pipe")]);
  writeFileSync(Buffer.concat([Buffer.from(join(folder, "from/bad-")), Buffer.of(0xff)]), "x");
  from = open("from");
  to = open("to");
});

afterEach(() => {
  from.close();
  to.close();
  rmSync(folder, { recursive: true });
});

/** As many folders one in the other as a path cannot name. */
function makeDeep(name: string, levels: number): void {
  const script = 'use strict; my ($at, $levels) = @ARGV; chdir $at or die; for (1 .. $levels) { mkdir "d" or die; chdir "d" or die }';
  execFileSync("perl", ["-e", script, join(folder, name), String(levels)]);
}

test("a copy has types, modes, links and bytes, and no pipe; what is linked to is not touched", () => {
  expect(measureTree(from, LIMITS)).toEqual({ bytes: 16, leftOut: 1 });
  copyTree(from, to, LIMITS);
  expect(readdirSync(join(folder, "to"), { encoding: "buffer" }).length).toBe(3);
  expect(readFileSync(join(folder, "to/a/b/file"), "utf8")).toBe("content");
  expect(statSync(join(folder, "to/a/b/file")).mode & 0o7777).toBe(0o4711);
  expect(statSync(join(folder, "to/a")).mode & 0o7777).toBe(0o750);
  expect(statSync(join(folder, "to/a")).mtimeMs).toBeCloseTo(statSync(join(folder, "from/a")).mtimeMs, 0);
  expect(readlinkSync(join(folder, "to/a/near"))).toBe("../a");
  writeFileSync(join(folder, "to/a/second"), "changed in the copy");
  expect(readFileSync(join(folder, "outside/precious"), "utf8")).toBe("precious");
});

test("the folders alone", () => {
  copyTree(from, to, { ...LIMITS, foldersOnly: true });
  expect(readdirSync(join(folder, "to"), { recursive: true }).toSorted()).toEqual(["a", "a/b", "empty"]);
});

test("what is too large or too deep is refused before and during the copy", () => {
  const small = { foldersOnly: false, maxSize: 15 };
  expect(() => measureTree(from, small)).toThrow(expect.objectContaining({ kind: "large" }));
  expect(() => copyTree(from, to, small)).toThrow(expect.objectContaining({ kind: "large" }));
  makeDeep("from/empty", 450);
  expect(() => measureTree(from, LIMITS)).toThrow(expect.objectContaining({ kind: "deep" }));
});

test("emptying removes links and other names, not what they lead to, however deep the tree is", () => {
  makeDeep("from/empty", 1200);
  makeDeep("from/a/b", 300);
  emptyTree(from);
  expect(readdirSync(join(folder, "from"))).toEqual([]);
  expect(readFileSync(join(folder, "outside/precious"), "utf8")).toBe("precious");
  expect(statSync(join(folder, "outside/precious")).nlink).toBe(1);
});
