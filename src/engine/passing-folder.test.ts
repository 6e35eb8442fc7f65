import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { processName } from "../system/process/process-name.ts";
import { makePassingFolder, removePassingFolder, SHARED } from "./passing-folder.ts";

let temporary = "";

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), "cooper-test-"));
  vi.stubEnv("TMPDIR", temporary);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(temporary, { recursive: true, force: true });
});

/** A folder as a process made it that has ended. */
function leave(word: string, mode = 0o700): string {
  const [, , started, machine] = /^\.(\d+)-(\d+)-(.*)$/u.exec(processName()) ?? [];
  const folder = join(temporary, `cooper-socket-${word}.${spawnSync("true").pid}-${started}-${machine}`);
  mkdirSync(folder, { mode });
  return folder;
}

test("what a killed process left goes with the next folder; that of one that runs, and one that others may write to, stay", async () => {
  const left = leave("a");
  mkdirSync(join(left, SHARED));
  writeFileSync(join(left, SHARED, "socket"), "");
  const open = leave("b", 0o755);
  const own = await makePassingFolder();
  const next = await makePassingFolder();
  expect([left, open, own, next].map((folder) => existsSync(folder))).toEqual([false, true, true, true]);
});

test("a removal follows no link and enters no folder", async () => {
  const other = join(temporary, "other");
  mkdirSync(other);
  writeFileSync(join(other, "kept"), "");
  const folder = await makePassingFolder();
  mkdirSync(join(folder, SHARED, "made"), { recursive: true });
  symlinkSync(other, join(folder, SHARED, "link"));
  await removePassingFolder(folder);
  expect([join(other, "kept"), join(folder, SHARED, "made")].map((path) => existsSync(path))).toEqual([true, true]);
  rmSync(join(folder, SHARED, "made"), { recursive: true });
  await removePassingFolder(folder);
  expect(existsSync(folder)).toBe(false);
});
