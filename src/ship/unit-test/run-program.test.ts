import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeTempFolder, type TempFolder } from "../../system/file/files.ts";
import type { TestKind } from "../release/test-kinds.ts";
import { findTests } from "./find-tests.ts";
import { type TestResult, verdictOf } from "./result.ts";
import { runProgram } from "./run-program.ts";

let folder: TempFolder;
beforeEach(async () => {
  folder = await makeTempFolder("cooper-unit-test-");
});
afterEach(() => folder.remove());

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder.path, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    if (text.startsWith("#!")) await chmod(path, 0o755);
  }
}

async function run(kind: TestKind, deadlineMs = 60_000, more: Readonly<Record<string, string>> = {}): Promise<readonly TestResult[]> {
  const { signal } = new AbortController();
  const settings = { folder: folder.path, env: { ...process.env, ...more }, nodeArguments: [], deadlineMs, signal };
  const results = await Promise.all((await findTests(folder.path, kind)).map((one) => runProgram(one, settings)));
  return results.flat();
}

const sh = (text: string): string => `#!/bin/sh\n${text}\n`;

test.each<[string, string, string, string]>([
  ["tests/a", sh("exit 0"), "passed", ""],
  ["tests/a", sh("exit 3"), "failed", "it ended with 3"],
  ["tests/a", sh("echo no network; exit 77"), "skipped", "no network"],
  ["tests/a", sh("kill -9 $$"), "failed", "it was ended by SIGKILL"],
  ["tests/a", sh("printf '1..2\\nok 1 a\\nok 2 b\\n'"), "passed passed", ""],
  ["tests/a", sh("printf '1..3\\nok 1 a\\nok 2 b\\n'"), "passed passed failed", "it planned 3 tests and ran 2"],
  ["tests/a", sh("printf '1..1\\nok 1 a\\n'; exit 1"), "passed failed", "it ended with 1"],
  ["tests/a", sh("printf '1..1\\nnot ok 1 a\\n'"), "failed", ""],
  ["tests/a", sh("printf 'TAP version 13\\n1..1\\nBail out! no disk\\n'"), "failed", "it gave up: no disk"],
  ["tests/a", "#!/no/such/interpreter\n", "failed", "The program "],
  ["tests/a.test.mjs", "process.exit(0)", "passed", ""],
  ["tests/a.test.mjs", "#!/usr/bin/env node\nthrow new Error('x')", "failed", "it ended with 1"],
  ["Test", sh('test "$1" = -r && echo pass'), "passed", ""],
  ["Test", sh("exit 0"), "failed", 'it ended with 0, but its last line is not "pass"'],
  ["Test", sh("echo pass; exit 1"), "failed", "it ended with 1"],
])("%s %j: %s %s", async (name, text, outcomes, why) => {
  await put({ [name]: text });
  const results = await run("stand-alone");
  expect(results.map(({ outcome }) => outcome).join(" ")).toBe(outcomes);
  expect(results.at(-1)?.why).toEqual(expect.stringContaining(why));
});

test("a test that does not end is ended with all that it started", async () => {
  await put({ "tests/slow": sh("sleep 600 & sleep 600") });
  expect(await run("stand-alone", 300)).toMatchObject([{ outcome: "failed", why: expect.stringContaining("did not end within") }]);
});

test("tests in Python are run by its own runners", async () => {
  const python = sh(`case "$2" in *pytest*unittest*) printf 'TAP version 13\\nok 1 - %s\\n1..1\\n' "$(basename "$3")" ;; esac`);
  const text = "def test_it():\n    pass\n";
  await put({
    "bin/python3": python,
    "test_a.py": text,
    "tests/b_test.py": text,
    "tests/prod/test_c.py": `#!/usr/bin/python3\n${text}`,
    "tests/test_data.py": "x = 1\n",
  });
  const names = async (kind: TestKind): Promise<readonly string[]> => {
    const results = await run(kind, 60_000, { PATH: `${join(folder.path, "bin")}:${process.env["PATH"] ?? ""}` });
    return results.map(({ name, outcome }) => `${name} ${outcome}`);
  };
  const own = ["test_a.py: test_a.py passed", "tests/b_test.py: b_test.py passed"];
  expect(await names("stand-alone")).toEqual(own);
  expect(await names("prod-ready")).toEqual([...own, "tests/prod/test_c.py: test_c.py passed"]);
  expect(await names("in-prod")).toEqual(["tests/prod/test_c.py: test_c.py passed"]);
});

test("which tests are for which instance", async () => {
  await put({
    Test: sh(""),
    "Test-prod": sh(""),
    "acceptance.yaml": "version: 1\n",
    "tests/page": sh(""),
    "tests/page.test.mjs": "",
    "tests/data.json": "{}",
    "tests/.hidden": sh(""),
    "tests/prod/look": sh(""),
  });
  await writeFile(join(folder.path, "tests/forgot"), sh(""));
  const names = async (kind: TestKind): Promise<readonly string[]> =>
    (await findTests(folder.path, kind)).map((one) => [one.name, ...one.arguments, one.how].join(" "));
  const own = ["tests/forgot not-executable", "tests/page program", "tests/page.test.mjs module"];
  expect(await names("stand-alone")).toEqual(["Test -r original", "acceptance.yaml acceptance", ...own]);
  expect(await names("prod-ready")).toEqual(["Test-prod -r original", "acceptance.yaml acceptance", ...own, "tests/prod/look program"]);
  expect(await names("in-prod")).toEqual(["Test-prod original", "acceptance.yaml acceptance", "tests/prod/look program"]);
});

test.each<[readonly TestResult["outcome"][], string]>([
  [[], "no-tests"],
  [["skipped"], "no-tests"],
  [["skipped", "passed"], "passed"],
  [["passed", "failed"], "failed"],
])("%j is %s", (outcomes, verdict) => {
  expect(verdictOf(outcomes.map((outcome) => ({ outcome })))).toBe(verdict);
});
