import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { loadReport } from "./report.ts";

test.each([
  ["is not there", null],
  ["another version wrote", '{"version":1,"kept":{}}'],
  ["is damaged", '{"version":1,'],
])("a report that %s is none", async (_what, text) => {
  const folder = await mkdtemp(path.join(tmpdir(), "cooper-report-"));
  try {
    if (text !== null) await writeFile(path.join(folder, "abc.json"), text);
    expect(await loadReport(folder, "sha256:abc")).toBeNull();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
