import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { environmentOf, loadMemory, NOTHING_REMEMBERED, remember, saveMemory } from "./shell-memory.ts";

const settings = (...texts: string[]): Buffer[] => texts.map((text) => Buffer.from(text, "latin1"));
const base = environmentOf(settings("PATH=/bin", "LANG=C", "HOME=/root", "SHLVL=1"));

test.each([
  ["what is set anew", ["PATH=/bin", "LANG=C", "HOME=/root", "A=1"], [["A", "1"]], []],
  ["what is changed", ["PATH=/venv/bin:/bin", "LANG=C", "HOME=/root"], [["PATH", "/venv/bin:/bin"]], []],
  ["what is gone", ["PATH=/bin", "HOME=/root"], [], ["LANG"]],
  ["nothing that every shell sets", ["PATH=/bin", "LANG=C", "HOME=/root", "SHLVL=3", "_=/bin/cat", "PWD=/"], [], []],
])("%s is remembered", (_what, now, set, unset) => {
  const memory = remember({ cwd: Buffer.from("/srv"), environment: settings(...now) }, base);
  expect([...memory.set].map(([name, value]) => [name, value.toString()])).toEqual(set);
  expect([...memory.unset]).toEqual(unset);
});

test("what no shell can name is not taken away", () => {
  const odd = environmentOf(settings("a.b=1", "A;id=2", "LANG=C"));
  expect([...remember({ cwd: Buffer.from("/"), environment: [] }, odd).unset]).toEqual(["LANG"]);
});

test("values of any bytes are kept", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cooper-memory-"));
  try {
    expect(await loadMemory(folder)).toEqual(NOTHING_REMEMBERED);
    const memory = { cwd: Buffer.from("/a\nb"), set: environmentOf(settings("A=\xff\n'=x", "B=")), unset: new Set(["LANG"]) };
    await saveMemory(folder, memory);
    expect(await loadMemory(folder)).toEqual(memory);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
