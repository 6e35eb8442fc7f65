import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readYaml } from "../../format/yaml/read-yaml.ts";
import { makeTempFolder, type TempFolder } from "../../system/file/files.ts";
import { readUnitFile } from "../settings/read-unit-file.ts";
import { makeUnit } from "./make-unit.ts";
import { unitFiles } from "./unit-files.ts";

let folder: TempFolder;
beforeEach(async () => {
  folder = await makeTempFolder("cooper-new-unit-");
});
afterEach(() => folder.remove());

test.each(["", " ", ".", "Web", "web_", "-web", "test-web", "a b", "../x/Y", "wéb"])("%j is no name", async (name) => {
  const made = makeUnit(name, { base: "debian:bookworm", isHardened: false }, { cwd: folder.path, roots: [folder.path] });
  await expect(made).rejects.toMatchObject({ code: expect.stringMatching(/^unit-(?:name-malformed|exists)$/u), exit: 2 });
  expect(await readdir(folder.path)).toEqual([]);
});

test("it is laid out in the first root, and never over something else", async () => {
  const places = { cwd: "/", roots: [folder.path, "/nowhere"] };
  const path = await makeUnit("web", { base: "debian:bookworm", isHardened: false }, places);
  expect(path).toBe(join(folder.path, "web"));
  expect((await readdir(path, { recursive: true })).toSorted()).toEqual(
    expect.arrayContaining(["Dockerfile", "Makefile", "compose.yaml", "files/usr/local/bin/web", "tests/starts.test.mjs"]),
  );
  await expect(makeUnit("web", { base: "debian:bookworm", isHardened: false }, places)).rejects.toMatchObject({ code: "unit-exists" });
});

test.each<readonly [string, boolean]>([
  ["web", false],
  ["1.2", true],
  ["007", false],
])("the settings of %s (hardened: %s) are settings", (name, isHardened) => {
  const entry = unitFiles({ name, base: "debian:bookworm", isHardened }).find(({ path }) => path === "compose.yaml");
  const text = entry !== undefined && "bytes" in entry.content ? entry.content.bytes.toString() : "";
  const { service, cooper } = readUnitFile(readYaml(text, "compose.yaml"), {}).base;
  expect(service).toMatchObject({ init: true, ...(isHardened ? { read_only: true, cap_drop: ["ALL"] } : {}) });
  expect(cooper.harden).toEqual(isHardened ? {} : undefined);
});
