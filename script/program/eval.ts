import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import type { ParseArgsConfig } from "node:util";
import { repository } from "../../test/support/cli.ts";
import { outputOf } from "../../test/support/host-command.ts";
import { readCases } from "./eval/case-file.ts";
import type { Case } from "./eval/case-file.ts";
import { reportOf } from "./eval/report.ts";
import { totalsOf } from "./eval/result.ts";
import type { CaseResult } from "./eval/result.ts";
import { runCase } from "./eval/run-case.ts";
import { evalRemote } from "./eval-remote.ts";
import { evalScan } from "./eval-scan.ts";
import { evalSlim } from "./eval-slim.ts";
import { evalSwarm } from "./eval-swarm.ts";

const usage = `usage: script/eval slim [--help]
       script/eval scan [--help]
       script/eval remote [--help]
       script/eval swarm [--help]
       script/eval record|ideal [--corpus DIR] [--json] [--case NAME]... [--jobs N] [--keep DIR] [--no-ideal] [--reads]

record: types every case of a folder into a recorded shell, replays, builds with the classic builder, and judges the result.
ideal:  types the same into a plain shell and judges the experts' Dockerfiles: what a person could reach.
  --corpus DIR   the folder of cases (corpus/shared)
  --json         one JSON object {cases, totals} on stdout
  --case NAME    only this case; may be given more than once
  --jobs N       so many cases at once (2)
  --keep DIR     keep every case's state, Drafts and reports there
  --no-ideal     do not build the experts' Dockerfiles for their size
  --reads        record what commands read, too (\`cooper record --reads\`)`;

const flags = {
  corpus: { type: "string", default: path.join(repository, "corpus", "shared") },
  json: { type: "boolean", default: false },
  case: { type: "string", multiple: true, default: [] },
  jobs: { type: "string", default: "2" },
  keep: { type: "string" },
  "no-ideal": { type: "boolean", default: false },
  reads: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} satisfies ParseArgsConfig["options"];

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function runAll(cases: readonly Case[], jobs: number, run: (item: Case) => Promise<CaseResult>): Promise<readonly CaseResult[]> {
  const results = new Map<string, CaseResult>();
  const waiting = [...cases];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) results.set(item.name, await run(item));
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return cases.flatMap(({ name }) => results.get(name) ?? []);
}

/** A build of its own, so that another build does not change the program in the middle of a measurement. */
async function freshProgram(root: string): Promise<string> {
  const folder = path.join(root, ".program");
  await outputOf([process.execPath, path.join(repository, "script", "build.mjs"), folder]);
  return path.join(folder, "cli.mjs");
}

/** A run that is broken off leaves no container behind. */
function cleanUpOnSignals(root: string, isKept: boolean): void {
  const leave = (exit: number): void => {
    const script = `docker rm -f -v $(docker ps -aq --filter name=cooper-eval-${process.pid}-) 2>/dev/null`;
    spawnSync("sh", ["-c", script]);
    if (!isKept) rmSync(root, { recursive: true, force: true });
    process.exit(exit);
  };
  process.once("SIGINT", () => leave(130));
  process.once("SIGTERM", () => leave(143));
}

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({ options: flags, allowPositionals: true });
  const [subject] = positionals;
  if (values.help || (subject !== "record" && subject !== "ideal")) {
    say(usage);
    return values.help ? 0 : 2;
  }
  const cases = await readCases(values.corpus, values.case);
  const root = values.keep === undefined ? mkdtempSync(path.join(tmpdir(), "cooper-eval-")) : path.resolve(values.keep);
  if (subject === "record") process.env["COOPER_PROGRAM"] ??= await freshProgram(root);
  cleanUpOnSignals(root, values.keep !== undefined);
  const run = async (item: Case): Promise<CaseResult> => {
    say(`${item.name}: starts`);
    const result = await runCase(item, {
      folder: path.join(root, item.name),
      isIdealBuilt: !values["no-ideal"],
      isControl: subject === "ideal",
      isReading: values.reads,
      say,
    });
    say(
      `${item.name}: ${result.equivalentWithoutRepair ? "equivalent" : result.equivalent ? "equivalent with repair" : "NOT equivalent"} after ${result.seconds.toFixed(0)} s`,
    );
    return result;
  };
  const results = await runAll(cases, Math.max(1, Number(values.jobs)), run);
  if (values.keep === undefined) await rm(root, { recursive: true, force: true });
  const totals = totalsOf(results);
  process.stdout.write(values.json ? `${JSON.stringify({ cases: results, totals }, null, 2)}\n` : `${reportOf(results, totals)}\n`);
  return totals.equivalent === totals.cases && totals.secrets === 0 ? 0 : 1;
}

const jobs: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  slim: evalSlim,
  remote: evalRemote,
  scan: evalScan,
  swarm: evalSwarm,
};
process.exitCode = await (jobs[process.argv[2] ?? ""]?.(process.argv.slice(3)) ?? main());
