import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { writeFolder } from "./write-folder.ts";

const folder = mkdtempSync(join(tmpdir(), "cooper-write-folder-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, "file"), "");
symlinkSync(folder, join(folder, "link"));

test.each([
  ["a file where the folder goes", "file", "a"],
  ["a file above the folder", "file/deep", "a"],
  ["a file above what is written", ".", "file/a"],
  ["a link above what is written", ".", "link/a"],
])("%s is told as what is in the way", async (_name, into, path) => {
  const entries = [{ path, mode: 0o644, content: { bytes: "" } }];
  await expect(writeFolder(join(folder, into), entries)).rejects.toMatchObject({ code: "folder-blocked", hint: expect.any(String) });
});
