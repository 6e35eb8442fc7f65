import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { ContainerSpec } from "../../../src/engine/container/container-spec.ts";
import { createContainer, removeContainer, startContainer, waitContainer } from "../../../src/engine/container/container.ts";
import { containerLogs } from "../../../src/engine/stream/logs.ts";
import { openSensor } from "../../../src/trace/open-sensor.ts";
import type { Sensor } from "../../../src/trace/sensor.ts";
import { sensorProgram } from "../../../test/e2e/trace-support.ts";
import { repository } from "../../../test/support/cli.ts";
import { testEngine } from "../../../test/support/engine.ts";
import { outputOf, runOnHost } from "../../../test/support/host-command.ts";
import type { BenchParts, BenchPlace, Figure } from "./measure.ts";

const ROUNDS = 5;
const MODULES =
  "argparse ast asyncio bz2 calendar cgi cmd code codecs concurrent.futures configparser csv ctypes curses datetime dbm decimal difflib email.message ftplib gettext glob gzip html.parser http.client http.cookies http.server imaplib inspect ipaddress json locale logging.config lzma mailbox mimetypes multiprocessing netrc optparse pathlib pdb pickle platform plistlib poplib pprint profile pydoc queue random runpy sched secrets selectors shelve shlex shutil smtplib sqlite3 ssl statistics subprocess tarfile tempfile textwrap timeit trace tracemalloc unittest.mock urllib.request uuid wave weakref wsgiref.simple_server xml.dom.minidom xml.etree.ElementTree xmlrpc.client zipfile zoneinfo";

const DOCKERFILE = `FROM debian:bookworm
RUN apt-get update -qq && apt-get install -qq -y --no-install-recommends python3 strace nginx-light wrk && rm -rf /var/lib/apt/lists/*
RUN mkdir /small && for d in $(seq 99); do mkdir /small/$d; for f in $(seq 100); do echo "$d $f" > /small/$d/$f; done; done
RUN python3 -c "import ${MODULES.split(" ").join(", ")}"
RUN sed -i "s/^worker_processes .*/worker_processes 1;/" /etc/nginx/nginx.conf && sed -i "s/try_files.*//" /etc/nginx/sites-available/default && nginx -t
COPY torture /torture
`;

/** Each a shell command. */
const WORK = {
  imports: `python3 -c "import ${MODULES.split(" ").join(", ")}"`,
  forks: "i=0; while [ $i -lt 2000 ]; do /bin/true; i=$((i+1)); done",
  files: "find /small -type f | xargs cat",
} as const;

const GOALS = { imports: 1.1, forks: 1.1, files: 1.5 } as const;
const STRACE = ["strace", "-f", "--seccomp-bpf", "-e", "trace=%file", "-o", "/dev/null"] as const;
const SIDES = ["native", "sensor", "strace"] as const;
type Side = (typeof SIDES)[number];

interface Ground {
  readonly image: string;
  readonly sensor: Sensor;
}

async function prepare(place: BenchPlace): Promise<Ground> {
  const image = `${place.name}-sensor`;
  await outputOf(["make", "-s", "-C", path.join(repository, "sensor"), "torture", `OUT=${place.folder}`]);
  await writeFile(path.join(place.folder, "Dockerfile"), DOCKERFILE);
  await outputOf(["docker", "build", "-q", "-t", image, place.folder]);
  const run = place.name;
  const sensor = await openSensor(await testEngine(), { image, program: await sensorProgram(), run, mode: "transparent", isTrusted: true });
  return { image, sensor };
}

/** Starts a container whose first process is this command, plain, under the sensor or under strace, and removes it after `use`. */
async function withCommand<T>(
  ground: Ground,
  { side, argv }: { readonly side: Side; readonly argv: readonly string[] },
  use: (id: string) => Promise<T>,
): Promise<T> {
  const engine = await testEngine();
  const command = side === "strace" ? [...STRACE, ...argv] : argv;
  const plain: ContainerSpec = { image: ground.image, network: "none", entrypoint: [], cmd: command };
  const traced = { argv, user: "", workdir: "", hasHome: false };
  const start = side === "sensor" ? ground.sensor.prepare(plain, traced, { hasVisitors: false }) : null;
  const id = await createContainer(engine, start?.spec ?? plain);
  try {
    await start?.placed();
    await startContainer(engine, id);
    await start?.follow(id);
    return await use(id);
  } finally {
    await removeContainer(engine, id, { force: true });
  }
}

/** Milliseconds that the work takes, by the container's own clock: what starting a container takes is not in it. */
async function timeWork(ground: Ground, side: Side, work: string): Promise<number> {
  const script = `a=$(date +%s%N); { ${work}; } > /dev/null 2>&1; b=$(date +%s%N); echo $((b-a))`;
  return withCommand(ground, { side, argv: ["sh", "-c", script] }, async (id) => {
    const engine = await testEngine();
    await waitContainer(engine, id);
    const printed = (await containerLogs(engine, id)).toString().trim();
    if (!/^\d+$/.test(printed)) throw new Error(`${side}: ${work.slice(0, 40)}: ${printed}`);
    return Number(printed) / 1e6;
  });
}

type Best = Readonly<Record<Side, number>>;

/** The best of all rounds; the sides in turns, every other round backwards. */
async function bestOf(measure: (side: Side) => Promise<number>, better: (a: number, b: number) => number): Promise<Best> {
  const best = new Map<Side, number>();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const side of round % 2 === 0 ? SIDES : SIDES.toReversed()) {
      const value = await measure(side);
      best.set(side, better(best.get(side) ?? value, value));
    }
  }
  return { native: best.get("native") ?? 0, sensor: best.get("sensor") ?? 0, strace: best.get("strace") ?? 0 };
}

async function benchWork(ground: Ground, name: keyof typeof WORK): Promise<Figure> {
  const { native, sensor, strace } = await bestOf((side) => timeWork(ground, side, WORK[name]), Math.min);
  const ratio = sensor / native;
  const [a, b, c] = [native, sensor, strace].map((value) => value.toFixed(0));
  return {
    name,
    value: `${ratio.toFixed(2)}x`,
    goal: `at most ${GOALS[name].toFixed(2)}x`,
    isMet: ratio <= GOALS[name],
    detail: `native ${a} ms, sensor ${b} ms, strace ${c} ms (${(strace / native).toFixed(2)}x), minimum of ${ROUNDS}`,
  };
}

/** Requests a second, the asking side not traced. Each request opens one file; the look at it before, which `try_files` adds, is left out. */
async function askNginx(ground: Ground, side: Side): Promise<number> {
  return withCommand(ground, { side, argv: ["nginx", "-g", "daemon off;"] }, async (id) => {
    const ask = ["docker", "exec", id, "wrk", "-t1", "-c8", "-d3s", "http://127.0.0.1:80/index.nginx-debian.html"];
    const ready = `until (exec 3<>/dev/tcp/127.0.0.1/80) 2>/dev/null; do sleep 0.05; done`;
    await outputOf(["docker", "exec", id, "bash", "-c", ready]);
    return Number(/Requests\/sec:\s+([\d.]+)/.exec(await outputOf(ask))?.[1] ?? 0);
  });
}

async function benchNginx(ground: Ground): Promise<Figure> {
  const { native, sensor, strace } = await bestOf((side) => askNginx(ground, side), Math.max);
  const ratio = sensor / native;
  const [a, b, c] = [native, sensor, strace].map((value) => value.toFixed(0));
  const detail = `native ${a}/s, sensor ${b}/s, strace ${c}/s (${(strace / native).toFixed(2)}), one worker, one open a request, best of ${ROUNDS}`;
  return { name: "nginx", value: ratio.toFixed(2), goal: "at least 0.75", isMet: ratio >= 0.75, detail };
}

async function benchBurst(ground: Ground): Promise<Figure> {
  await withCommand(ground, { side: "sensor", argv: ["/torture", "burst"] }, async (id) => waitContainer(await testEngine(), id));
  const { touched, lost } = await ground.sensor.take();
  const count = Object.keys(touched).filter((one) => one.startsWith("/burst/")).length;
  return { name: "burst", value: `${count} of 60000`, goal: "all", isMet: count === 60_000 && lost === 0, detail: `${lost} lost` };
}

const PARTS: Readonly<Record<string, (ground: Ground) => Promise<Figure>>> = {
  imports: (ground) => benchWork(ground, "imports"),
  forks: (ground) => benchWork(ground, "forks"),
  files: (ground) => benchWork(ground, "files"),
  nginx: benchNginx,
  burst: benchBurst,
};

/** What following a program costs. Each part has a sensor of its own; they share the image. */
export function sensorParts(place: BenchPlace): BenchParts {
  const parts = Object.entries(PARTS).map(([name, measure]) => [name, () => onGround(place, measure)] as const);
  return Object.fromEntries(parts);
}

async function onGround(place: BenchPlace, measure: (ground: Ground) => Promise<Figure>): Promise<Figure> {
  const ground = await prepare(place);
  try {
    return await measure(ground);
  } finally {
    await ground.sensor.remove();
    await runOnHost(["docker", "rmi", "--no-prune", ground.image]);
  }
}
