import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeTempFolder, type TempFolder } from "../../system/file/files.ts";
import { tellLinksOut } from "./links-out.ts";

let unit: TempFolder;
beforeEach(async () => {
  unit = await makeTempFolder("cooper-links-out-");
});
afterEach(() => unit.remove());

async function told(): Promise<readonly string[]> {
  const files: string[] = [];
  await tellLinksOut(unit.path, (event) => {
    if (event.kind === "finding") files.push(event.finding.message.slice(unit.path.length + 1));
  });
  return files;
}

test.each([
  ["../../private.d/key", true],
  ["../../../etc/shadow", true],
  ["UNIT/private.d/key", true],
  ["..", false],
  ["../usr/../..", true],
  ["../usr/share/zoneinfo", false],
  ["/etc/shadow", false],
  ["..key", false],
  ["loop", false],
])("files/etc/loop -> %s leads out: %s", async (target, isOut) => {
  await mkdir(join(unit.path, "files/etc"), { recursive: true });
  await symlink(target.replace("UNIT", unit.path), join(unit.path, "files/etc/loop"));
  expect(await told()).toHaveLength(isOut ? 1 : 0);
});

test("a unit without files/, and a link to a folder, which is not walked", async () => {
  expect(await told()).toEqual([]);
  await mkdir(join(unit.path, "private.d"));
  await symlink("/", join(unit.path, "private.d/root"));
  await mkdir(join(unit.path, "files"));
  await symlink("../private.d", join(unit.path, "files/more"));
  await writeFile(join(unit.path, "files/plain"), "");
  expect(await told()).toEqual(["files/more leads to ../private.d, out of files/: the image gets the link, and not what it leads to."]);
});
