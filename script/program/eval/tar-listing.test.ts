import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listTar, resolveHardLinks } from "./tar-listing.ts";
import type { Listing } from "./tar-listing.ts";

let folder = "";
const long = "long-".repeat(40);
const setUp = `mkdir -p d/e && echo one > d/f && chmod 4755 d/f && ln d/f d/g && ln -s ../x d/l && mkfifo d/p &&
  echo 'on host-name' > d/h && echo '${long}' > d/${long} && printf 'a\\0host-name' > d/binary`;

beforeAll(() => {
  folder = mkdtempSync(`${tmpdir()}/cooper-listing-`);
  execFileSync("sh", ["-c", setUp], { cwd: folder });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function list(format: string, hosts: readonly string[]): Promise<Listing> {
  const child = spawn("tar", ["-C", folder, `--format=${format}`, "--owner=7", "--group=8", "--sort=name", "-cf", "-", "."]);
  return resolveHardLinks(await listTar(child.stdout, hosts));
}

test.each(["gnu", "pax"])("lists what GNU tar writes as %s", async (format) => {
  const listing = await list(format, []);
  const kinds = [...listing].map(([path, { facts }]) => `${path} ${facts.split("|").slice(0, 4).join(" ")}`.trimEnd());
  expect(kinds).toContain("/d/f file 4755 7:8");
  expect(kinds).toContain("/d/l symlink  7:8 ../x");
  expect(kinds.find((line) => line.startsWith("/d/p "))).toMatch(/ fifo /);
  expect(listing.has(`/d/${long}`)).toBe(true);
  expect(listing.get("/d/g")).toEqual(listing.get("/d/f"));
});

test("host names are one token in text files only", async () => {
  const [plain, replaced] = [await list("pax", []), await list("pax", ["host-name"])];
  expect(plain.get("/d/h")).not.toEqual(replaced.get("/d/h"));
  expect(plain.get("/d/binary")).toEqual(replaced.get("/d/binary"));
});
