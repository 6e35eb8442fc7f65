import { mkdtempSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { attachContainer } from "../../src/engine/stream/attach.ts";
import type { ContainerSpec } from "../../src/engine/container/container-spec.ts";
import {
  createContainer,
  removeContainer,
  startContainer,
  stopContainer,
  topContainer,
  waitContainer,
} from "../../src/engine/container/container.ts";
import { containerLogs } from "../../src/engine/stream/logs.ts";
import type { Trace } from "../../src/trace/protocol.ts";
import type { Sensor, TracedStart } from "../../src/trace/sensor.ts";
import type { SensorMode } from "../../src/trace/sensor-mode.ts";
import { repository } from "../support/cli.ts";
import { uniqueName } from "../support/container.ts";
import { testEngine } from "../support/engine.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";
import { openTestSensor } from "./trace-support.ts";

const image = uniqueName("life");
const folder = mkdtempSync(path.join(tmpdir(), "cooper-life-"));
const DOCKERFILE = `FROM debian:bookworm
COPY torture /torture
RUN cp /usr/bin/id /setuid-id && chmod 4755 /setuid-id && usermod -aG mail,backup daemon && mkdir /work
WORKDIR /work
`;

beforeAll(async () => {
  await outputOf(["make", "-s", "-C", path.join(repository, "sensor"), "torture", `OUT=${folder}`]);
  await writeFile(path.join(folder, "Dockerfile"), DOCKERFILE);
  await outputOf(["docker", "build", "-q", "--network", "none", "-t", image, folder]);
});

afterAll(async () => {
  for (const sensor of sensors.values()) await (await sensor).remove();
  await runOnHost(["docker", "rmi", "-f", image]);
  await rm(folder, { recursive: true, force: true });
});

interface Run {
  readonly argv: readonly string[];
  readonly user?: string;
  readonly spec?: Partial<ContainerSpec>;
  /** What is done with the started container. */
  readonly act?: (id: string) => Promise<void>;
}

interface Ran {
  readonly exit: number;
  readonly output: string;
  readonly trace: Trace | null;
}

const specOf = ({ argv, user, spec }: Run): ContainerSpec => ({
  image,
  network: "none",
  hostName: "life",
  entrypoint: [],
  cmd: argv,
  ...(user === undefined ? {} : { user }),
  ...spec,
});

async function runToEnd(spec: ContainerSpec, run: Run, traced?: TracedStart): Promise<Ran> {
  const engine = await testEngine();
  const id = await createContainer(engine, spec);
  try {
    await traced?.placed();
    const acting = run.spec?.tty === true ? run.act?.(id) : undefined;
    if (run.spec?.tty !== true) await startContainer(engine, id);
    await traced?.follow(id);
    await (acting ?? run.act?.(id));
    const exit = await waitContainer(engine, id);
    return { exit, output: (await containerLogs(engine, id)).toString(), trace: null };
  } finally {
    await removeContainer(engine, id, { force: true });
  }
}

const runPlain = (run: Run): Promise<Ran> => runToEnd(specOf(run), run);

const sensors = new Map<SensorMode, Promise<Sensor>>();

/** One sensor for all runs of a mode. */
function sensorFor(mode: SensorMode): Promise<Sensor> {
  const sensor = sensors.get(mode) ?? openTestSensor({ image, mode });
  sensors.set(mode, sensor);
  return sensor;
}

async function runTraced(mode: SensorMode, run: Run): Promise<Ran> {
  const sensor = await sensorFor(mode);
  const traced = { argv: run.argv, user: run.user ?? "", workdir: "/work", hasHome: false };
  const start = sensor.prepare(specOf(run), traced, { hasVisitors: false });
  const ran = await runToEnd(start.spec, run, start);
  return { ...ran, trace: await sensor.take() };
}

const LOOK = `id; env | grep -v ^_= | sort; pwd; umask; ulimit -n; tr '\\0' ' ' < /proc/1/cmdline; readlink /proc/1/exe
grep -E '^(Name|PPid|Uid|Gid|Groups|Sig[^Q]|Cap|NoNewPrivs)' /proc/self/status; ls /proc/self/fd; /setuid-id -u`;

describe("a traced program lives as it would without the sensor", () => {
  test.each(["", "daemon", "1234:5"])("who and where it is, as user %j", async (user) => {
    const run = { argv: ["sh", "-c", LOOK], user };
    const [plain, traced] = [await runPlain(run), await runTraced("transparent", run)];
    expect(traced.output).toBe(plain.output);
    expect(traced.output).toMatch(/\n0\n$/);
    expect(traced.exit).toBe(0);
  });

  test("without privileges only what no_new_privs takes is different", async () => {
    const run = { argv: ["sh", "-c", "id; pwd; grep Cap /proc/self/status; /setuid-id -u"], user: "1234:5" };
    const bound = { ...run, spec: { capDrop: ["ALL"], readOnlyRoot: true, securityOptions: ["no-new-privileges"] } };
    const traced = await runTraced("unprivileged", bound);
    expect(traced).toMatchObject({ exit: 0, output: (await runPlain(bound)).output, trace: { lost: 0 } });
    expect(traced.output).toMatch(/\n1234\n$/);
  });

  test("capabilities that were taken away or given stay so", async () => {
    for (const spec of [{ capDrop: ["ALL"] }, { capDrop: ["SETUID", "CHOWN"], capAdd: ["SYS_ADMIN", "SYS_TIME"] }]) {
      const run = { argv: ["sh", "-c", "grep Cap /proc/self/status; id -u"], spec };
      expect((await runTraced("transparent", run)).output).toBe((await runPlain(run)).output);
    }
  });

  test.each([
    ["its own", ["sh", "-c", "exit 7"], 7],
    ["a program that is not there", ["/no/such/program"], 127],
    ["a folder", ["/etc"], 126],
  ] as const)("exit code: %s", async (_name, argv, exit) => {
    expect((await runTraced("transparent", { argv })).exit).toBe(exit);
  });

  test.each(["transparent", "ptrace"] as const)(
    "%s: its own children alone are there to be waited for; daemons are followed",
    async (mode) => {
      const script = `perl -e '$SIG{ALRM} = sub {}; unless (fork) { exit 3 } my $n = 0; $n++ while wait() > 0; print "$n\\n"'
(setsid sh -c 'exec >/dev/null 2>&1; : < /etc/issue; : > /tmp/done' &)
while [ ! -e /tmp/done ]; do sleep 0.05; done; grep -l Z /proc/[0-9]*/stat | wc -l`;
      const ran = await runTraced(mode, { argv: ["sh", "-c", script] });
      expect(ran.output).toMatch(/^1\n/);
      expect(ran.trace?.touched["/etc/issue"]).toContain("opened");
    },
  );

  test("a signal arrives at the program, and its code is the container's", async () => {
    const argv = ["sh", "-c", "trap 'exit 5' TERM; echo ready; while :; do sleep 0.05; done"];
    const act = async (id: string): Promise<void> => {
      const engine = await testEngine();
      const deadline = Date.now() + 60_000;
      while (!(await containerLogs(engine, id)).toString().includes("ready") && Date.now() < deadline) await pause();
      await stopContainer(engine, id, { graceSeconds: 60 });
    };
    expect((await runTraced("transparent", { argv, act })).exit).toBe(5);
  });

  test.each(["transparent", "ptrace"] as const)("%s: a terminal, its size, ^C and job control", async (mode) => {
    const act = async (id: string): Promise<void> => {
      const engine = await testEngine();
      const stream = await attachContainer(engine, id);
      stream.resume();
      await startContainer(engine, id);
      stream.write("stty -echo; tty; sleep 4321\n");
      await untilRunning(id, "sleep 4321", true);
      stream.write("\u0003");
      await untilRunning(id, "sleep 4321", false);
      stream.write("echo code=$?; sleep 8765 & jobs; kill %1; exit 3\n");
    };
    const ran = await runTraced(mode, { argv: ["bash", "--norc"], act, spec: { tty: true, openStdin: true } });
    expect(ran.exit).toBe(3);
    expect(ran.output).toContain("/dev/pts/0");
    expect(ran.output).toContain("code=130");
    expect(ran.output).toMatch(/\[1\]\+?\s+Running\s+sleep 8765/);
  });

  test("no record is lost in a burst of 60,000 paths by 8 processes", async () => {
    const { trace } = await runTraced("transparent", { argv: ["/torture", "burst"] });
    expect(trace?.lost).toBe(0);
    expect(Object.keys(trace?.touched ?? {}).filter((one) => one.startsWith("/burst/"))).toHaveLength(60_000);
  });

  test("all system calls are named where that is asked for", async () => {
    const sensor = await openTestSensor({ image, mode: "unprivileged", hasCalls: true });
    try {
      const run = { argv: ["perl", "-e", "exit(0) unless fork; wait; print getppid(), qq(\\n)"] };
      const traced = { ...run, user: "", workdir: "", hasHome: false };
      const start = sensor.prepare(specOf(run), traced, { hasVisitors: false });
      expect(await runToEnd(start.spec, run, start)).toMatchObject({ exit: 0, output: "0\n" });
      expect((await sensor.take()).calls).toEqual(
        expect.arrayContaining(["execve", "exit_group", "getppid", "mmap", "read", "wait4", "write"]),
      );
    } finally {
      await sensor.remove();
    }
  });

  test("with ptrace no call ends early by a signal whose handler does not restart calls", async () => {
    expect((await runTraced("ptrace", { argv: ["/torture", "signals"] })).output).toBe("0 interrupted\n");
    expect((await runTraced("transparent", { argv: ["/torture", "signals"] })).output).toMatch(/^\d+ interrupted\n$/);
  });
});

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}

async function untilRunning(id: string, command: string, wanted: boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  const isRunning = async (): Promise<boolean> =>
    (await topContainer(await testEngine(), id)).rows.some((row) => row.at(-1)?.includes(command) === true);
  while ((await isRunning()) !== wanted) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${command}`);
    await pause();
  }
}
