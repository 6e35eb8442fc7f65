import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { cooperProgram } from "../../../test/support/cli.ts";
import { outputOf, runOnHost } from "../../../test/support/host-command.ts";
import { startThreeEngines, type ThreeEngines } from "../eval-swarm/three-engines.ts";

export interface SwarmResult {
  readonly name: string;
  /** What was not as it should be; none where all was. */
  readonly wrong: readonly string[];
  readonly seconds: number;
}

interface SwarmCase {
  readonly name: string;
  readonly script: string;
  readonly exit: number;
  readonly out: readonly RegExp[];
}

const IMAGE = "debian:bookworm";

/** Makes a Swarm of three engines, has it place containers of sessions, and works in them. */
export async function evalOnSwarm(say: (text: string) => void): Promise<readonly SwarmResult[]> {
  const engines = await startThreeEngines();
  const folder = mkdtempSync(path.join(tmpdir(), "cooper-on-swarm-"));
  try {
    const [manager = "", worker = ""] = engines.hosts;
    for (const host of [manager, worker]) await outputOf(["sh", "-c", `docker save ${IMAGE} | docker -H ${host} load -q`]);
    const results: SwarmResult[] = [];
    for (const item of casesOf(engines)) {
      const result = await judge(item, folder);
      say(`${result.wrong.length === 0 ? "ok  " : "BAD "}  ${result.name}  ${result.seconds.toFixed(1)} s`);
      for (const one of result.wrong) say(`        ${one}`);
      results.push(result);
    }
    return results;
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await engines.end();
  }
}

type Run = (name: string, words: string, node?: string) => string;

interface Surroundings {
  readonly engines: ThreeEngines;
  /** Makes a session of the manager and has its container placed. */
  readonly run: Run;
  /** Counts the services that are left. */
  readonly services: string;
}

function casesOf(engines: ThreeEngines): readonly SwarmCase[] {
  const [manager = ""] = engines.hosts;
  const run: Run = (name, words, node = `unix://${engines.nodeSocket}`) =>
    `cooper dev init ${name} --host ${manager} >/dev/null; cooper dev run --session ${name} --swarm --node '${node}' --network host ${words} ${IMAGE}`;
  const around = { engines, run, services: `docker -H ${manager} service ls -q | wc -l` };
  return [...goodCases(around), ...badCases(around)];
}

function goodCases({ engines, run, services }: Surroundings): readonly SwarmCase[] {
  const [own = "", other = ""] = engines.nodes;
  return [
    {
      name: "on another node: commands, edits, the history, a Dockerfile that is equal, and nothing left",
      script: `${run("other", `--constraint node.id==${other}`)}
dodo -s other sh -c 'echo swarm >/etc/placed'; echo edited >container/etc/edited; dodo -s other cat /etc/placed /etc/edited
cooper history .; cooper verify .; cooper dev rm -f other; echo left $(${services})`,
      exit: 0,
      out: [/^placed on the node /m, /^swarm\nedited\n/m, /1 path created/, /^equivalent: /m, /^left 0$/m],
    },
    {
      name: "on the manager's own node, which needs no way to it; stopped and started again",
      script: `${run("own", `--constraint node.id==${own}`, "ssh://nowhere.invalid")}
dodo -s own touch /srv/kept; cooper dev stop -s own; cooper dev start -s own >/dev/null; dodo -s own ls /srv; cooper dev rm -f own; echo left $(${services})`,
      exit: 0,
      out: [/^kept$/m, /^left 0$/m],
    },
  ];
}

function badCases({ engines, run, services }: Surroundings): readonly SwarmCase[] {
  const [, other = "", bare = ""] = engines.nodes;
  return [
    {
      name: "a node that has no image",
      script: `${run("bare", `--constraint node.id==${bare}`)}; code=$?; echo left $(${services}); exit $code`,
      exit: 3,
      out: [/not-placed/, /No such image/i, /^left 0$/m],
    },
    {
      name: "a node that cannot be reached",
      script: `${run("far", `--constraint node.id==${other}`, "unix:///none/{{.Node.ID}}")}; code=$?; echo left $(${services}); exit $code`,
      exit: 3,
      out: [/node-unreachable/, /--node/, /^left 0$/m],
    },
    {
      name: "an engine that manages no Swarm",
      script: `cooper dev init none --host ${engines.hosts[1] ?? ""} >/dev/null; cooper dev run --session none --swarm ${IMAGE}`,
      exit: 3,
      out: [/swarm-missing/],
    },
  ];
}

async function judge({ name, script, exit, out }: SwarmCase, folder: string): Promise<SwarmResult> {
  const started = performance.now();
  const desk = mkdtempSync(path.join(folder, "desk-"));
  const program = `'${process.execPath}' '${cooperProgram()}'`;
  const functions = `cooper() { ${program} "$@"; }; dodo() { ${program} dev exec "$@"; }`;
  const env = { XDG_STATE_HOME: path.join(folder, "state"), NO_COLOR: "1", COOPER_SESSION: "" };
  const done = await runOnHost(["bash", "-c", `${functions}\n${script}`], { cwd: desk, env, timeoutMs: 600_000 });
  const text = done.stdout + done.stderr;
  const missing = out.filter((pattern) => !pattern.test(text)).map((pattern) => `${pattern} is not there`);
  const wrong = [...(done.exit === exit ? [] : [`exit ${done.exit} instead of ${exit}`]), ...missing];
  return { name, wrong: wrong.length === 0 ? [] : [...wrong, text.slice(-2_000)], seconds: Math.round(performance.now() - started) / 1000 };
}
