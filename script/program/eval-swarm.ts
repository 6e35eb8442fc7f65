import { parseArgs, type ParseArgsConfig } from "node:util";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { cooperProgram, repository, runCooper } from "../../test/support/cli.ts";
import { outputOf } from "../../test/support/host-command.ts";
import { saveNodeImages } from "./eval-swarm/node-image.ts";
import { startThreeEngines, type ThreeEngines } from "./eval-swarm/three-engines.ts";

const usage = `usage: script/eval swarm [--json]

Makes a Swarm of three engines in network namespaces of their own (needs root, dockerd, ip and nsenter), scans it with cooper scan --swarm, and judges
what is found, what is refused and what is left over.
  --json   one JSON object {cases, totals} on stdout`;

const flags = {
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} satisfies ParseArgsConfig["options"];

const WAITS = "setInterval(() => {}, 1e6)";

/** What is done on each node, in its container. */
const PLANTED = [
  `fs.copyFileSync(process.execPath, "/s"); child_process.spawn("/s", ["-e", "${WAITS}"], { detached: true, stdio: "ignore" }).unref()`,
  'fs.appendFileSync("/etc/passwd", "x:0:0::/:/bin/sh\\n")',
  'fs.writeFileSync("/new", "#!/bin/sh\\n", { mode: 0o755 })',
];

interface Judged {
  readonly name: string;
  readonly wrong: readonly string[];
  readonly seconds: number;
}

/** Prints lines like those of a clean node, sealed with a key that the run does not know. */
const FORGER = `import { createHmac } from "node:crypto";
const summary = JSON.stringify({ kind: "summary", containers: 0, findings: 0, bySeverity: { critical: 0, high: 0, medium: 0, low: 0 }, allowed: 0,
  unscanned: 0, weak: 0, incomplete: 0, gone: 0, unusedRules: [], expiredRules: [], isAllOk: true });
const payload = Buffer.from(Buffer.from(summary).toString("base64") + "\\n").toString("base64");
const seal = createHmac("sha256", "forged").update(payload).digest("hex");
console.log("cooper-scan 0 - " + seal + " " + payload);
`;

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** `script/eval swarm`. */
export async function evalSwarm(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: flags });
  if (values.help) {
    say(usage);
    return 0;
  }
  if (process.env["COOPER_PROGRAM"] === undefined) await outputOf([process.execPath, path.join(repository, "script", "build.mjs")]);
  say(`the program is ${cooperProgram()}`);
  const engines = await startThreeEngines();
  try {
    const cases = await judgeAll(engines);
    const bad = cases.filter(({ wrong }) => wrong.length > 0).length;
    const totals = { cases: cases.length, good: cases.length - bad, seconds: cases.reduce((sum, { seconds }) => sum + seconds, 0) };
    process.stdout.write(values.json ? `${JSON.stringify({ cases, totals }, null, 2)}\n` : `${totals.good} of ${totals.cases} cases\n`);
    return bad === 0 ? 0 : 1;
  } finally {
    await engines.end();
  }
}

async function judgeAll(engines: ThreeEngines): Promise<readonly Judged[]> {
  const { cooper, forger, file } = await saveNodeImages(engines.folder, FORGER);
  for (const host of engines.hosts) {
    await outputOf(["docker", "-H", host, "load", "-q", "-i", file]);
    await outputOf(["docker", "-H", host, "run", "-d", "--network", "none", "--name", "web", "--entrypoint", "node", cooper, "-e", WAITS]);
  }
  const swarm = new Swarm(engines);
  return [
    await swarm.judge("clean nodes", { image: cooper, exit: 0, out: [/^all ok$/m], not: [] }),
    await swarm.judge("another file on each node", {
      before: engines.hosts.map((host, index) => ["docker", "-H", host, "exec", "web", "node", "-e", PLANTED[index] ?? ""]),
      image: cooper,
      exit: 1,
      out: [/critical .*\/web {2}\/s /, /high .*\/web {2}\/etc\/passwd /, /medium .*\/web {2}\/new {2}program-added/, /4 findings/],
      not: [/^all ok$/m, /weaker/],
    }),
    await swarm.judge("the settings of a unit of the manager's", {
      words: ["--root", unitRoot(engines.folder)],
      image: cooper,
      exit: 1,
      out: [/critical .*\/web {2}\/s /, /2 findings/, /2 allowed/],
      not: [/\/etc\/passwd/, /\/new/],
    }),
    await swarm.judge("forged lines", {
      image: forger,
      exit: 4,
      out: [/not sealed with the key of this run/, /Nothing is known of node/],
      not: [/^all ok$/m],
    }),
    await swarm.judge("a drained node", {
      before: [["docker", "-H", engines.hosts[0] ?? "", "node", "update", "--availability", "drain", engines.nodes[2] ?? ""]],
      image: cooper,
      exit: 4,
      out: [/Nothing is known of node .*drain/, /3 findings/],
      not: [/^all ok$/m],
    }),
    await swarm.judgeLeftOvers(),
  ];
}

/** A folder with a unit whose settings allow what was planted on two of the nodes. */
function unitRoot(folder: string): string {
  const root = path.join(folder, "units");
  mkdirSync(path.join(root, "web"), { recursive: true });
  const allow = "[{path: /etc/passwd, rules: [account-changed], reason: tried}, {path: /new, rules: [program-added], reason: tried}]";
  writeFileSync(path.join(root, "web", "compose.yaml"), `services: {web: {image: web, x-cooper: {scan: {allow: ${allow}}}}}\n`);
  return root;
}

interface Expectation {
  readonly image: string;
  readonly before?: readonly (readonly string[])[];
  /** Further arguments of the scan. */
  readonly words?: readonly string[];
  readonly exit: number;
  readonly out: readonly RegExp[];
  readonly not: readonly RegExp[];
}

class Swarm {
  readonly #engines: ThreeEngines;

  constructor(engines: ThreeEngines) {
    this.#engines = engines;
  }

  async judge(name: string, { image, before = [], words: more = [], exit, out, not }: Expectation): Promise<Judged> {
    const started = performance.now();
    for (const command of before) await outputOf(command);
    const words = ["--host", this.#engines.hosts[0] ?? "", "scan", "--swarm", image, "--node-socket", this.#engines.nodeSocket, ...more];
    const done = await runCooper(words, { timeoutMs: 600_000 });
    const text = done.stdout + done.stderr;
    const wrong = [
      ...(done.exit === exit ? [] : [`exit ${done.exit} instead of ${exit}`]),
      ...out.filter((pattern) => !pattern.test(text)).map((pattern) => `${pattern} is not there`),
      ...not.filter((pattern) => pattern.test(text)).map((pattern) => `${pattern} is there`),
    ];
    return this.#told({ name, wrong, seconds: (performance.now() - started) / 1000 }, text);
  }

  async judgeLeftOvers(): Promise<Judged> {
    const started = performance.now();
    const manager = this.#engines.hosts[0] ?? "";
    const left = await Promise.all(
      [
        ["service", "ls", "-q"],
        ["secret", "ls", "-q"],
      ].map((words) => outputOf(["docker", "-H", manager, ...words])),
    );
    const wrong = left.filter((ids) => ids !== "").map((ids) => `left: ${ids}`);
    return this.#told({ name: "nothing is left over", wrong, seconds: (performance.now() - started) / 1000 }, "");
  }

  #told(judged: Judged, text: string): Judged {
    const { name, wrong, seconds } = judged;
    say(`${wrong.length === 0 ? "ok  " : "BAD "}  ${name}  ${seconds.toFixed(1)} s`);
    for (const one of wrong) say(`        ${one}`);
    if (wrong.length > 0) say(text.replaceAll(/^/gm, "        | "));
    return judged;
  }
}
