import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs, type ParseArgsConfig } from "node:util";
import { repository } from "../../test/support/cli.ts";
import { outputOf, runOnHost } from "../../test/support/host-command.ts";
import { readApps } from "./eval-slim/app.ts";
import { type AppResult, runApp } from "./eval-slim/run-app.ts";

const usage = `usage: script/eval slim [--apps DIR] [--keep LEVEL] [--json] [--app NAME]... [--no-rules]

Builds every application of a folder, makes it small with its smoke test as the only exercise, and runs smoke and deep tests on the result.
  --apps DIR     the folder of applications (apps/shared)
  --keep LEVEL   trace, module, package or app (module)
  --json         one JSON object {apps, totals} on stdout
  --app NAME     only this application; may be given more than once
  --no-rules     with the closure rules switched off: what the repair loop is worth`;

const flags = {
  apps: { type: "string", default: path.join(repository, "apps", "shared") },
  keep: { type: "string", default: "module" },
  json: { type: "boolean", default: false },
  app: { type: "string", multiple: true, default: [] },
  "no-rules": { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} satisfies ParseArgsConfig["options"];

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function lineOf(app: AppResult): string {
  const size = `${(app.originalBytes / 1e6).toFixed(1)} > ${(app.slimBytes / 1e6).toFixed(1)} MB`;
  const phases = Object.entries(app.phases).map(([name, time]) => `${name} ${time.toFixed(1)}`);
  const head = `${app.name.padEnd(16)} ${size.padEnd(20)} smoke ${app.smoke ? "pass" : "FAIL"}  deep ${app.deepPassed}/${app.deepChecks}  repairs ${app.repairs}`;
  return [`${head}  ${app.seconds.toFixed(1)} s (${phases.join(", ")})`, ...app.failures.map((line) => `    ${line.slice(0, 160)}`)].join(
    "\n",
  );
}

function totalsOf(apps: readonly AppResult[]): Record<string, number> {
  const sum = (read: (app: AppResult) => number): number => apps.reduce((total, app) => total + read(app), 0);
  return {
    apps: apps.length,
    smoke: sum((app) => (app.smoke ? 1 : 0)),
    deepPassed: sum((app) => app.deepPassed),
    deepChecks: sum((app) => app.deepChecks),
    originalBytes: sum((app) => app.originalBytes),
    slimBytes: sum((app) => app.slimBytes),
    repairs: sum((app) => app.repairs),
    seconds: Math.round(sum((app) => app.seconds) * 10) / 10,
  };
}

/** `script/eval slim`. */
export async function evalSlim(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: flags });
  if (values.help) {
    say(usage);
    return 0;
  }
  const state = mkdtempSync(path.join(tmpdir(), "cooper-eval-slim-"));
  const prefix = `cooper-eval-${process.pid}`;
  const results: AppResult[] = [];
  await outputOf(["docker", "network", "create", prefix]);
  try {
    for (const app of await readApps(values.apps, values.app)) {
      const result = await runApp(app, { level: values.keep, network: prefix, state, hasRules: !values["no-rules"], prefix });
      say(lineOf(result));
      results.push(result);
    }
  } finally {
    await runOnHost(["docker", "network", "rm", prefix]);
    await rm(state, { recursive: true, force: true });
  }
  const totals = totalsOf(results);
  process.stdout.write(values.json ? `${JSON.stringify({ apps: results, totals }, null, 2)}\n` : `${JSON.stringify(totals)}\n`);
  return totals["smoke"] === totals["apps"] ? 0 : 1;
}
