import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs, type ParseArgsConfig } from "node:util";
import { cooperProgram, repository } from "../../test/support/cli.ts";
import { type HostOutcome, outputOf, runOnHost } from "../../test/support/host-command.ts";
import { type RemoteCase, remoteCases } from "./eval-remote/cases.ts";
import { evalOnSwarm } from "./eval-remote/on-swarm.ts";
import { deskCases } from "./eval-remote/desk-cases.ts";
import { fileCases } from "./eval-remote/file-cases.ts";
import { moreCases } from "./eval-remote/more-cases.ts";
import { serviceCases } from "./eval-remote/service-cases.ts";
import { sideCases } from "./eval-remote/side-cases.ts";

const usage = `usage: script/eval remote [--case TEXT]... [--all] [--docker COMMAND] [--swarm] [--json] [--keep DIR]

Sets services up as a person at a desk does, by dodo and by local edits of the mounted container, makes the Dockerfile, builds it, and
compares the image with the container.
  --case TEXT   only cases whose name holds this text; may be given more than once
  --all         also the cases that are no use case of the original's readme
  --docker COMMAND
                the command of the engine: docker, or podman, which must have the images
  --swarm       in the place of all these: sessions on a Swarm of three engines that is made for it (needs root, dockerd, ip and nsenter)
  --keep DIR    keep every case's work folder and state there
  --json        one JSON object {cases, totals} on stdout`;

const flags = {
  case: { type: "string", multiple: true, default: [] },
  all: { type: "boolean", default: false },
  swarm: { type: "boolean", default: false },
  docker: { type: "string", default: "docker" },
  keep: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} satisfies ParseArgsConfig["options"];

interface RemoteResult {
  readonly name: string;
  /** The Dockerfile was built. */
  readonly built: boolean;
  /** The image is as the container, path by path, and answers as it does. */
  readonly equivalent: boolean;
  readonly steps: number;
  readonly differences: readonly string[];
  /** What went wrong on the way; "" where nothing did. */
  readonly failure: string;
  readonly seconds: number;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** `script/eval remote`. */
export async function evalRemote(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: flags });
  if (values.help) {
    say(usage);
    return 0;
  }
  if (process.env["COOPER_PROGRAM"] === undefined) await outputOf([process.execPath, path.join(repository, "script", "build.mjs")]);
  if (values.swarm) return await judgeSwarm(values.json);
  const root = values.keep === undefined ? mkdtempSync(path.join(tmpdir(), "cooper-eval-remote-")) : path.resolve(values.keep);
  const results: RemoteResult[] = [];
  const all = values.all ? [...remoteCases, ...moreCases, ...deskCases, ...sideCases, ...fileCases, ...serviceCases] : remoteCases;
  for (const item of all.filter(({ name }) => values.case.length === 0 || values.case.some((text) => name.includes(text)))) {
    const result = await runCase(item, { folder: path.join(root, item.name), docker: values.docker });
    say(lineOf(result));
    results.push(result);
  }
  if (values.keep === undefined) rmSync(root, { recursive: true, force: true });
  const totals = totalsOf(results);
  process.stdout.write(values.json ? `${JSON.stringify({ cases: results, totals }, null, 2)}\n` : `${JSON.stringify(totals)}\n`);
  return totals.equivalent === totals.cases && totals.cases > 0 ? 0 : 1;
}

async function judgeSwarm(isJson: boolean): Promise<number> {
  const cases = await evalOnSwarm(say);
  const good = cases.filter(({ wrong }) => wrong.length === 0).length;
  const totals = { cases: cases.length, good, seconds: Math.round(cases.reduce((sum, { seconds }) => sum + seconds, 0) * 10) / 10 };
  process.stdout.write(`${isJson ? JSON.stringify({ cases, totals }, null, 2) : JSON.stringify(totals)}\n`);
  return good === cases.length ? 0 : 1;
}

interface CasePlace {
  readonly folder: string;
  /** The command of the engine. */
  readonly docker: string;
}

async function runCase({ name, image, script }: RemoteCase, { folder, docker }: CasePlace): Promise<RemoteResult> {
  const started = performance.now();
  const program = `'${process.execPath}' '${cooperProgram()}'`;
  const functions = `cooper() { ${program} "$@"; }; dodo() { ${program} dev exec "$@"; }`;
  const env = { XDG_STATE_HOME: path.join(folder, "state"), NO_COLOR: "1", COOPER_SESSION: "", DEBIAN_FRONTEND: "noninteractive" };
  const bash = (text: string): Promise<HostOutcome> =>
    runOnHost(["bash", "-e", "-c", `mkdir -p '${folder}/desk'; cd '${folder}/desk'\n${functions}\n${text}`], { env, timeoutMs: 1_800_000 });
  try {
    const opened = `cooper dev init ${name} --docker ${docker} >/dev/null; cooper dev run --session ${name} ${image} >/dev/null`;
    const done = await bash(`{ ${opened}\n${script}\n} >&2`);
    if (done.exit !== 0) return failed(name, done.stderr, started);
    const verdict = await bash(`cooper verify '${folder}/desk' --json`);
    return judge(name, { verdict, history: await bash(`cooper history '${folder}/desk' --json`), started });
  } finally {
    await bash(`cooper dev rm -f ${name} || true`);
  }
}

function failed(name: string, text: string, started: number): RemoteResult {
  const failure = text.trim().split("\n").slice(-5).join("\n");
  return { name, built: false, equivalent: false, steps: 0, differences: [], failure, seconds: secondsSince(started) };
}

interface Judged {
  readonly verdict: HostOutcome;
  readonly history: HostOutcome;
  readonly started: number;
}

function judge(name: string, { verdict, history, started }: Judged): RemoteResult {
  if (verdict.stdout === "") return failed(name, verdict.stderr, started);
  const report: { readonly passed: boolean; readonly differences: readonly { readonly path: string }[] } = JSON.parse(verdict.stdout);
  const told: { readonly sessions: readonly { readonly steps: readonly unknown[] }[] } = JSON.parse(history.stdout);
  return {
    name,
    built: true,
    equivalent: report.passed,
    steps: told.sessions.reduce((sum, { steps }) => sum + steps.length, 0),
    differences: report.differences.map((difference) => difference.path),
    failure: "",
    seconds: secondsSince(started),
  };
}

function secondsSince(started: number): number {
  return Math.round((performance.now() - started) / 100) / 10;
}

function totalsOf(results: readonly RemoteResult[]): {
  readonly cases: number;
  readonly built: number;
  readonly equivalent: number;
  readonly seconds: number;
} {
  return {
    cases: results.length,
    built: results.filter(({ built }) => built).length,
    equivalent: results.filter(({ equivalent }) => equivalent).length,
    seconds: Math.round(results.reduce((sum, { seconds }) => sum + seconds, 0) * 10) / 10,
  };
}

function lineOf({ name, built, equivalent, steps, differences, failure, seconds }: RemoteResult): string {
  const what = equivalent ? "equivalent" : built ? `NOT equivalent: ${differences.slice(0, 10).join(" ")}` : `NOT built: ${failure}`;
  return `${name.padEnd(40)} ${String(steps).padStart(3)} Steps  ${seconds.toFixed(1).padStart(6)} s  ${what}`;
}
