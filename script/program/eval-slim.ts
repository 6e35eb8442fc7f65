import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs, type ParseArgsConfig } from "node:util";
import { repository } from "../../test/support/cli.ts";
import { outputOf, runOnHost } from "../../test/support/host-command.ts";
import { readApps } from "./eval-slim/app.ts";
import { installClients } from "./eval-slim/clients.ts";
import { type AppResult, runApp } from "./eval-slim/run-app.ts";
import { totalsByFolder, totalsLine, totalsOf } from "./eval-slim/totals.ts";

const usage = `usage: script/eval slim [--apps DIR]... [--keep LEVEL] [--json] [--app NAME]... [--no-rules] [--unexercised]

Builds every application of a folder, makes it small with its smoke test as the only exercise, and runs smoke and deep tests on the result.
  --apps DIR     a folder of applications; may be given more than once (apps/shared and apps/own)
  --keep LEVEL   trace, module, package or app (module)
  --json         one JSON object {apps, folders, totals} on stdout
  --app NAME     only this application; may be given more than once
  --no-rules     with the closure rules switched off
  --unexercised  the original is only started, the small image is tested: what the repair loop is worth, most of all with --no-rules`;

const folders = ["shared", "own"].map((name) => path.join(repository, "apps", name));

const flags = {
  apps: { type: "string", multiple: true, default: folders },
  keep: { type: "string", default: "module" },
  json: { type: "boolean", default: false },
  app: { type: "string", multiple: true, default: [] },
  "no-rules": { type: "boolean", default: false },
  unexercised: { type: "boolean", default: false },
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

/** A build of its own, so that another build does not change the program in the middle of a measurement. */
async function freshProgram(root: string): Promise<string> {
  const folder = path.join(root, ".program");
  await outputOf([process.execPath, path.join(repository, "script", "build.mjs"), folder]);
  return path.join(folder, "cli.mjs");
}

/** `script/eval slim`. */
export async function evalSlim(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: flags });
  if (values.help) {
    say(usage);
    return 0;
  }
  const apps = await readApps(values.apps, values.app);
  if (apps.length === 0) throw new Error(`no applications in ${values.apps.join(", ")}`);
  await installClients(apps);
  const state = mkdtempSync(path.join(tmpdir(), "cooper-eval-slim-"));
  const prefix = `cooper-eval-${process.pid}`;
  const results: AppResult[] = [];
  try {
    process.env["COOPER_PROGRAM"] ??= await freshProgram(state);
    await outputOf(["docker", "network", "create", prefix]);
    for (const app of apps) {
      const result = await runApp(app, {
        level: values.keep,
        network: prefix,
        state,
        hasRules: !values["no-rules"],
        isExercised: !values.unexercised,
        prefix,
      });
      say(lineOf(result));
      results.push(result);
    }
  } finally {
    await runOnHost(["docker", "network", "rm", prefix]);
    await rm(state, { recursive: true, force: true });
  }
  return report(results, values.json);
}

function report(apps: readonly AppResult[], isJson: boolean): number {
  const folders = totalsByFolder(apps);
  const totals = totalsOf(apps);
  for (const [name, sums] of Object.entries(folders)) say(totalsLine(name, sums));
  process.stdout.write(isJson ? `${JSON.stringify({ apps, folders, totals }, null, 2)}\n` : `${totalsLine("all", totals)}\n`);
  return totals.smoke === totals.apps ? 0 : 1;
}
