import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeTempFolder } from "../../system/file/files.ts";
import { resolveSettings } from "../settings/resolve.ts";
import { testSources } from "../settings/test-sources.ts";
import { builtOn, unitsBelow } from "./built-on.ts";

test.each<[string, readonly string[]]>([
  ["FROM debian:bookworm", []],
  ["FROM shop/base:live", ["base"]],
  ["# FROM shop/base\nFROM --platform=linux/amd64 \\\n  shop/base AS x\nFROM x", ["base"]],
  ["FROM scratch\nCOPY --from=shop/base@sha256:aa /a /b", ["base"]],
  ["FROM shop/base-more:live", []],
])("%j is built on %j", async (dockerfile, below) => {
  const folder = await makeTempFolder("cooper-built-on-");
  try {
    await writeFile(join(folder.path, "Dockerfile"), `${dockerfile}\n`);
    const web = resolveSettings({ ...testSources({ unit: "services: { web: {} }" }), folder: folder.path });
    const base = { unit: "base", images: ["shop/base"], bases: [] };
    expect(unitsBelow(await builtOn(web), [base])).toEqual(below);
  } finally {
    await folder.remove();
  }
});
