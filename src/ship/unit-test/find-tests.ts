import { basename, join } from "node:path";
import { fileKind, listFolder, pathExists, readStartOfText } from "../../system/file/files.ts";
import type { TestKind } from "../release/test-kinds.ts";

/** How a test of a unit is run. */
export interface UnitTest {
  /** Its path below the unit's folder. */
  readonly name: string;
  readonly how:
    /** A program that passes with exit code 0. */
    | "program"
    /** Test and Test-prod of docker-infrastructure: their last line must be "pass" as well. */
    | "original"
    /** A JavaScript or TypeScript file for the test library. */
    | "module"
    /** A file with tests for pytest or unittest. */
    | "python"
    /** Questions of an acceptance.yaml. */
    | "acceptance"
    /** It looks like a program and cannot be run. */
    | "not-executable";
  readonly arguments: readonly string[];
}

const MODULE = /\.test\.(?:m?js|m?ts)$/u;
const PYTHON = /^(?:test_.*|.*_test)\.py$/u;
const PYTHON_TEST = /^\s*(?:async )?def test|^class .*TestCase/mu;
const PYTHON_BYTES = 1_000_000;
const ACCEPTANCE = "acceptance.yaml";

/** The tests of a unit that are for this kind, in the order in which they are run. */
export async function findTests(folder: string, kind: TestKind): Promise<readonly UnitTest[]> {
  const folders = { "stand-alone": ["tests"], "prod-ready": ["tests", "tests/prod"], "in-prod": ["tests/prod"] }[kind];
  const own = await Promise.all(folders.map((name) => testsIn(folder, name)));
  const python = kind === "in-prod" ? [] : await pythonBeside(folder);
  return [...(await original(folder, kind)), ...(await acceptance(folder)), ...python, ...own.flat()];
}

/** Of old `Test -r` and `Test-prod -r` were for a new instance, `Test-prod` for production's. */
async function original(folder: string, kind: TestKind): Promise<readonly UnitTest[]> {
  const hasProd = await pathExists(join(folder, "Test-prod"));
  const name = kind === "stand-alone" || (kind === "prod-ready" && !hasProd) ? "Test" : "Test-prod";
  const how = await howToRun(folder, name, "original");
  return how === null ? [] : [{ name, how, arguments: kind === "in-prod" ? [] : ["-r"] }];
}

/** docker-infrastructure had them beside the settings, last. */
async function pythonBeside(folder: string): Promise<readonly UnitTest[]> {
  const found = await Promise.all((await listFolder(folder)).map(async (name) => ((await isPython(folder, name)) ? [name] : [])));
  return found.flat().map((name) => ({ name, how: "python", arguments: [] }));
}

/** A program that is only called like one has no functions that are tests. */
async function isPython(folder: string, name: string): Promise<boolean> {
  return PYTHON.test(basename(name)) && PYTHON_TEST.test(await readStartOfText(join(folder, name), PYTHON_BYTES));
}

async function acceptance(folder: string): Promise<readonly UnitTest[]> {
  const there = await Promise.all(
    [ACCEPTANCE, `tests/${ACCEPTANCE}`].map(async (name) => ((await pathExists(join(folder, name))) ? [name] : [])),
  );
  return there.flat().map((name) => ({ name, how: "acceptance", arguments: [] }));
}

async function testsIn(folder: string, place: string): Promise<readonly UnitTest[]> {
  const names = (await listFolder(join(folder, place))).filter((name) => !name.startsWith(".") && !/~$|\.(?:bak|orig|pyc)$/u.test(name));
  const found = await Promise.all(
    names.map(async (name): Promise<readonly UnitTest[]> => {
      const path = `${place}/${name}`;
      const how = await howToRun(folder, path, "program");
      return how === null ? [] : [{ name: path, how, arguments: [] }];
    }),
  );
  return found.flat();
}

/** Null for what is no test: a folder, data that tests read. */
async function howToRun(folder: string, name: string, program: "program" | "original"): Promise<UnitTest["how"] | null> {
  const path = join(folder, name);
  const kind = await fileKind(path);
  if (kind !== "program" && kind !== "file") return null;
  if (MODULE.test(name)) return "module";
  if (await isPython(folder, name)) return "python";
  if (kind === "program") return program;
  return program === "original" || (await readStartOfText(path, 2)) === "#!" ? "not-executable" : null;
}
