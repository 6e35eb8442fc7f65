import { join } from "node:path";
import { CooperError, isCooperError } from "../../base/errors.ts";
import { readTap, type TapReport } from "../../format/tap/tap.ts";
import { type ProcessResult, runProcess } from "../../system/process/process.ts";
import type { UnitTest } from "./find-tests.ts";
import { PYTHON_RUNNER } from "./python-runner.ts";
import type { TestResult } from "./result.ts";

/** What programs of a unit are run with. */
export interface ProgramRun {
  /** The unit's folder. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Arguments of node that make the test library known to a module; null where there is no library. */
  readonly nodeArguments: readonly string[] | null;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** A program that ends so was not meant to run here (as in Automake and Meson). */
const SKIPPED = 77;
const OUTPUT_BYTES = 64 * 1024;

/** Runs a test that is a program; one that writes TAP gives a result for each of its points. */
export async function runProgram(test: UnitTest, run: ProgramRun): Promise<readonly TestResult[]> {
  const started = performance.now();
  const secondsSince = (): number => (performance.now() - started) / 1000;
  let output = "";
  const onOutput = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-OUTPUT_BYTES));
  try {
    const { folder: cwd, env, deadlineMs: timeoutMs, signal } = run;
    const ended = await runProcess(commandOf(test, run), { cwd, env, timeoutMs, signal, ownsGroup: true, onOutput });
    return judge(test, ended, { output, seconds: secondsSince() });
  } catch (error) {
    run.signal.throwIfAborted();
    if (!isCooperError(error)) throw error;
    return [{ name: test.name, outcome: "failed", why: error.message, output, seconds: secondsSince() }];
  }
}

function commandOf(test: UnitTest, { folder, nodeArguments }: ProgramRun): readonly string[] {
  const path = join(folder, test.name);
  if (test.how === "not-executable") {
    throw new CooperError("test-not-executable", `It cannot be run: chmod +x ${test.name}`, {
      hint: `chmod +x ${path}`,
      where: { file: path },
    });
  }
  if (test.how === "python") return ["python3", "-c", PYTHON_RUNNER, path];
  if (test.how !== "module") return [path, ...test.arguments];
  if (nodeArguments !== null) return [process.execPath, ...nodeArguments, ...typeArguments(test.name), path];
  throw new CooperError("test-library-missing", "There is no test.mjs beside the program.", { hint: "Build it: npm run build." });
}

/** Node reads TypeScript by itself from 22.18 on, and when it is asked from 22.6 on. */
function typeArguments(name: string): readonly string[] {
  if (!name.endsWith("ts")) return [];
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 6)) return ["--experimental-strip-types", "--no-warnings"];
  throw new CooperError("test-needs-newer-node", `Node ${process.versions.node} cannot read TypeScript.`, {
    hint: "Use Node 22.6 or newer, or write the test as .mjs.",
  });
}

type Told = Pick<TestResult, "output" | "seconds">;

function judge(test: UnitTest, ended: ProcessResult, told: Told): readonly TestResult[] {
  const { name } = test;
  if (ended.exit === SKIPPED) return [{ name, outcome: "skipped", why: lastLine(told.output), ...told }];
  const report = readTap(ended.stdout.toString());
  const failure = whyFailed(test, ended);
  if (report === null) return [{ name, outcome: failure === "" ? "passed" : "failed", why: failure, ...told }];
  const points = report.points.map((point): TestResult => ({ ...point, name: `${name}: ${point.name}`, output: "", seconds: 0 }));
  const wrong = whyIncomplete(report) || (points.some(({ outcome }) => outcome === "failed") ? "" : failure);
  if (wrong !== "") return [...points, { name, outcome: "failed", why: wrong, ...told }];
  return points.map((point, index) => (index === 0 ? { ...point, ...told } : point));
}

function whyFailed({ how }: UnitTest, { exit, signal, stdout }: ProcessResult): string {
  if (signal !== null) return `it was ended by ${signal}`;
  if (exit !== 0) return `it ended with ${exit}`;
  const isSaid = how !== "original" || lastLine(stdout.toString()).toLowerCase() === "pass";
  return isSaid ? "" : 'it ended with 0, but its last line is not "pass"';
}

function whyIncomplete({ points, planned, bailOut }: TapReport): string {
  if (bailOut !== null) return `it gave up: ${bailOut}`;
  return planned !== null && planned !== points.length ? `it planned ${planned} tests and ran ${points.length}` : "";
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1)?.trim() ?? "";
}
