import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { repository } from "../support/cli.ts";
import { outputOf } from "../support/host-command.ts";

const folder = mkdtempSync(join(tmpdir(), "cooper-package-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the package needs no other package, and runs from where it is unpacked", async () => {
  // Its program was built when the tests began: building it anew would take it from under the others.
  const archive = await outputOf(["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", folder], { cwd: repository });
  await outputOf(["tar", "-xzf", join(folder, archive), "-C", folder]);
  const unpacked = join(folder, "package");
  const about: unknown = JSON.parse(readFileSync(join(unpacked, "package.json"), "utf8"));
  expect(about).not.toHaveProperty("dependencies");
  expect(about).toMatchObject({ bin: { cooper: "dist/cli.mjs", "docker-record": "dist/docker-record.mjs" } });
  expect(await outputOf([process.execPath, join(unpacked, "dist", "cli.mjs"), "--version"])).toMatch(/^cooper \d/u);
  // Node would take the file for its own.
  writeFileSync(join(folder, "settings"), "NODE_OPTIONS=--none\n");
  expect(await outputOf([join(unpacked, "dist", "cli.mjs"), "--version", "--env-file", join(folder, "settings")])).toMatch(/^cooper \d/u);
  expect(existsSync(join(unpacked, "docs", "guide", "recording.md"))).toBe(true);
  expect(existsSync(join(unpacked, "node_modules"))).toBe(false);
});
