import { parseArgs, type ParseArgsConfig } from "node:util";
import { cooperProgram } from "../../test/support/cli.ts";
import { outputOf } from "../../test/support/host-command.ts";
import path from "node:path";
import { repository } from "../../test/support/cli.ts";
import type { ScanCase } from "./eval-scan/case.ts";
import { edgeCases } from "./eval-scan/edges.ts";
import { kindCases } from "./eval-scan/kinds.ts";
import { layerCases } from "./eval-scan/layers.ts";
import { lifeCases } from "./eval-scan/life.ts";
import { nameCases } from "./eval-scan/names.ts";
import { runCase, type ScanResult } from "./eval-scan/run-case.ts";
import { tamperingCases } from "./eval-scan/tampering.ts";

const usage = `usage: script/eval scan [--case TEXT]... [--jobs N] [--json]

Does to containers what hides from scanners, and judges what cooper scan finds: what it missed, what it found that is not there, what in its
report is forged.
  --case TEXT   only cases whose name holds this text; may be given more than once
  --jobs N      so many cases at once (2)
  --json        one JSON object {cases, totals} on stdout`;

const flags = {
  case: { type: "string", multiple: true, default: [] },
  jobs: { type: "string", default: "2" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} satisfies ParseArgsConfig["options"];

const all: readonly ScanCase[] = [...nameCases, ...layerCases, ...tamperingCases, ...lifeCases, ...kindCases, ...edgeCases];

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** `script/eval scan`. */
export async function evalScan(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: flags });
  if (values.help) {
    say(usage);
    return 0;
  }
  if (process.env["COOPER_PROGRAM"] === undefined) await outputOf([process.execPath, path.join(repository, "script", "build.mjs")]);
  const cases = all.filter(({ name }) => values.case.length === 0 || values.case.some((text) => name.includes(text)));
  if (cases.length === 0) throw new Error(`no case is called so; the program is ${cooperProgram()}`);
  const started = performance.now();
  const results = await runAll(cases, Math.max(1, Number(values.jobs)));
  const totals = totalsOf(results, (performance.now() - started) / 1000);
  process.stdout.write(values.json ? `${JSON.stringify({ cases: results, totals }, null, 2)}\n` : `${lineOfTotals(totals)}\n`);
  return results.every(({ isGood }) => isGood) ? 0 : 1;
}

async function runAll(cases: readonly ScanCase[], jobs: number): Promise<readonly ScanResult[]> {
  const results = new Map<string, ScanResult>();
  const waiting = [...cases];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      const result = await runCase(item);
      say(lineOf(result));
      results.set(item.name, result);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return cases.flatMap(({ name }) => results.get(name) ?? []);
}

function lineOf({ name, isGood, seen, missed, false: wrongly, wrong, seconds }: ScanResult): string {
  const counts = `seen ${seen}, missed ${missed.length}, false ${wrongly.length}`;
  const more = [...missed.map((one) => `missed ${one}`), ...wrongly.slice(0, 10).map((one) => `false ${one}`), ...wrong];
  return [
    `${isGood ? "ok  " : "BAD "}  ${name.padEnd(56)} ${counts}  ${seconds.toFixed(1)} s`,
    ...more.map((line) => `        ${JSON.stringify(line)}`),
  ].join("\n");
}

interface Totals {
  readonly cases: number;
  readonly good: number;
  readonly seen: number;
  readonly missed: number;
  readonly false: number;
  readonly wrong: number;
  readonly seconds: number;
}

function totalsOf(results: readonly ScanResult[], seconds: number): Totals {
  const sum = (count: (result: ScanResult) => number): number => results.reduce((total, result) => total + count(result), 0);
  return {
    cases: results.length,
    good: sum(({ isGood }) => (isGood ? 1 : 0)),
    seen: sum(({ seen }) => seen),
    missed: sum(({ missed }) => missed.length),
    false: sum((result) => result.false.length),
    wrong: sum(({ wrong }) => wrong.length),
    seconds: Math.round(seconds * 10) / 10,
  };
}

function lineOfTotals({ cases, good, seen, missed, false: wrongly, wrong, seconds }: Totals): string {
  return `${good} of ${cases} cases: seen ${seen}, missed ${missed}, false ${wrongly}, otherwise wrong ${wrong}, ${seconds} s`;
}
