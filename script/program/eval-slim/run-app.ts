import path from "node:path";
import { runCooper } from "../../../test/support/cli.ts";
import { outputOf, runOnHost } from "../../../test/support/host-command.ts";
import { type App, runTest } from "./app.ts";

export interface AppResult {
  readonly name: string;
  /** The folder of applications it is of. */
  readonly folder: string;
  readonly originalBytes: number;
  readonly slimBytes: number;
  readonly smoke: boolean;
  readonly deepPassed: number;
  readonly deepChecks: number;
  readonly repairs: number;
  /** Of the whole command cooper slim, with its verification. */
  readonly seconds: number;
  readonly phases: Readonly<Record<string, number>>;
  readonly failures: readonly string[];
}

export interface RunOptions {
  readonly level: string;
  readonly network: string;
  readonly state: string;
  readonly hasRules: boolean;
  /** False: the smoke test is put to small images alone, the original is only started. */
  readonly isExercised: boolean;
  readonly prefix: string;
}

const BUILD_MS = 1_200_000;

/** Builds an application, makes it small with its smoke test as the only exercise, and tests the result. */
export async function runApp(app: App, options: RunOptions): Promise<AppResult> {
  const original = `${options.prefix}-${app.name}`;
  try {
    await outputOf(["docker", "build", "-q", "--network", options.network, "-t", original, app.folder], { timeoutMs: BUILD_MS });
    return await slimAndTest(app, original, options);
  } catch (error) {
    return { ...nothing(app), failures: [error instanceof Error ? error.message : String(error)] };
  } finally {
    await runOnHost(["docker", "rmi", "-f", `${original}.slim`, original]);
  }
}

function exerciseOf(app: App, original: string, isExercised: boolean): readonly string[] {
  const smoke = `bash '${path.join(app.folder, "smoke.sh")}' ${original}`;
  if (app.isJob) return [];
  return isExercised ? ["--exercise", smoke] : ["--no-probes", "--exercise", `[ "$COOPER_IMAGE" = ${original} ] || ${smoke}`];
}

function nothing(app: App): AppResult {
  const counts = { originalBytes: 0, slimBytes: 0, deepPassed: 0, deepChecks: 0, repairs: 0, seconds: 0 };
  return { name: app.name, folder: path.basename(path.dirname(app.folder)), smoke: false, phases: {}, failures: [], ...counts };
}

async function slimAndTest(app: App, original: string, options: RunOptions): Promise<AppResult> {
  const exercise = exerciseOf(app, original, options.isExercised);
  const rules = options.hasRules ? [] : ["--no-rules"];
  const args = ["slim", original, "--keep", options.level, "--network", options.network, ...exercise, ...rules, "--json"];
  const startedAt = performance.now();
  const { exit, stdout, stderr } = await runCooper(args, { env: { XDG_STATE_HOME: options.state } });
  const seconds = (performance.now() - startedAt) / 1000;
  const wanted = await runTest(app, "deep.sh", { image: original, network: options.network });
  const plain = { ...nothing(app), deepChecks: wanted.checks, seconds };
  if (exit !== 0) return { ...plain, failures: [stderr.trim()] };
  const { repairs, seconds: phases, ...sizes } = readReport(stdout);
  const image = `${original}.slim`;
  const smoke = await runTest(app, "smoke.sh", { image, network: options.network });
  const deep = await runTest(app, "deep.sh", { image, network: options.network });
  return {
    ...plain,
    ...sizes,
    repairs: repairs.length,
    phases,
    smoke: smoke.isPassed,
    deepPassed: Math.min(deep.passed, wanted.checks),
    failures: [...smoke.failures, ...deep.failures],
  };
}

interface Report {
  readonly originalBytes: number;
  readonly slimBytes: number;
  readonly repairs: readonly string[];
  readonly seconds: Readonly<Record<string, number>>;
}

function readReport(text: string): Report {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the product's own JSON, whose shape its tests hold
  const { originalBytes, slimBytes, repairs, seconds } = JSON.parse(text) as Report;
  return { originalBytes, slimBytes, repairs, seconds };
}
