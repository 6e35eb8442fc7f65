import path from "node:path";
import { runCooper } from "../../../test/support/cli.ts";
import { outputOf, runOnHost } from "../../../test/support/host-command.ts";
import { type App, runTest } from "./app.ts";

export interface AppResult {
  readonly name: string;
  readonly originalBytes: number;
  readonly slimBytes: number;
  readonly smoke: boolean;
  readonly deepPassed: number;
  readonly deepChecks: number;
  readonly repairs: number;
  /** Of cooper slim with its verification. */
  readonly seconds: number;
  readonly phases: Readonly<Record<string, number>>;
  readonly failures: readonly string[];
}

export interface RunOptions {
  readonly level: string;
  readonly network: string;
  readonly state: string;
  readonly hasRules: boolean;
  readonly prefix: string;
}

/** Builds an application, makes it small with its smoke test as the only exercise, and tests the result. */
export async function runApp(app: App, options: RunOptions): Promise<AppResult> {
  const original = `${options.prefix}-${app.name}`;
  await outputOf(["docker", "build", "-q", "--network", options.network, "-t", original, app.folder]);
  try {
    return await slimAndTest(app, original, options);
  } finally {
    await runOnHost(["docker", "rmi", "-f", `${original}.slim`, original]);
  }
}

async function slimAndTest(app: App, original: string, options: RunOptions): Promise<AppResult> {
  const exercise = app.isJob ? [] : ["--exercise", `bash '${path.join(app.folder, "smoke.sh")}' ${original}`];
  const rules = options.hasRules ? [] : ["--no-rules"];
  const args = ["slim", original, "--keep", options.level, "--network", options.network, ...exercise, ...rules, "--json"];
  const { exit, stdout, stderr } = await runCooper(args, { env: { XDG_STATE_HOME: options.state } });
  const wanted = await runTest(app, "deep.sh", { image: original, network: options.network });
  const plain = { name: app.name, deepChecks: wanted.checks };
  if (exit !== 0) {
    return {
      ...plain,
      originalBytes: 0,
      slimBytes: 0,
      smoke: false,
      deepPassed: 0,
      repairs: 0,
      seconds: 0,
      phases: {},
      failures: [stderr.trim()],
    };
  }
  const report = readReport(stdout);
  const image = `${original}.slim`;
  const smoke = await runTest(app, "smoke.sh", { image, network: options.network });
  const deep = await runTest(app, "deep.sh", { image, network: options.network });
  const seconds = Object.values(report.seconds).reduce((sum, time) => sum + time, 0);
  return {
    ...plain,
    ...report,
    repairs: report.repairs.length,
    phases: report.seconds,
    smoke: smoke.isPassed,
    deepPassed: Math.min(deep.passed, wanted.checks),
    seconds,
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
