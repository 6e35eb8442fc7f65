import { mkdtempSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createContainer, removeContainer, startContainer, waitContainer } from "../../src/engine/container/container.ts";
import { containerLogs } from "../../src/engine/stream/logs.ts";
import { decodePath } from "../../src/format/tree/path-bytes.ts";
import type { SensorMode } from "../../src/trace/sensor-mode.ts";
import type { Trace } from "../../src/trace/protocol.ts";
import { uniqueName } from "../support/container.ts";
import { testEngine } from "../support/engine.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";
import { repository } from "../support/cli.ts";
import { openTestSensor } from "./trace-support.ts";

const image = uniqueName("torture");
const folder = mkdtempSync(path.join(tmpdir(), "cooper-torture-"));
const IN_THE_IMAGE = "/usr/local/bin/torture";

interface Shape {
  readonly name: string;
  readonly act: string;
  readonly path: string;
}

let shapes: readonly Shape[] = [];

function readShape(line: string): Shape {
  const [name = "", act = "", hex = ""] = line.split("\t");
  return { name, act, path: decodePath(Buffer.from(hex, "hex")) };
}

const DOCKERFILE = `FROM debian:bookworm
COPY torture ${IN_THE_IMAGE}
RUN ["${IN_THE_IMAGE}", "prepare"]
CMD ["${IN_THE_IMAGE}"]
`;

beforeAll(async () => {
  const program = path.join(folder, "torture");
  await outputOf(["make", "-s", "-C", path.join(repository, "sensor"), "torture", `OUT=${folder}`]);
  shapes = (await outputOf([program, "list"])).trim().split("\n").map(readShape);
  await writeFile(path.join(folder, "Dockerfile"), DOCKERFILE);
  await outputOf(["docker", "build", "-q", "--network", "none", "-t", image, folder]);
});

afterAll(async () => {
  await runOnHost(["docker", "rmi", "-f", image]);
  await rm(folder, { recursive: true, force: true });
});

/** Runs the torture as a container's first process, and as a further command of one. */
async function traceTorture(mode: SensorMode, how: "first" | "further"): Promise<{ readonly trace: Trace; readonly printed: string }> {
  const engine = await testEngine();
  const sensor = await openTestSensor({ image, mode });
  try {
    const argv = how === "first" ? [IN_THE_IMAGE] : ["sleep", "infinity"];
    const traced = { argv, user: "", workdir: "", hasHome: false };
    const start = sensor.prepare({ image, network: "none" }, traced, { hasVisitors: false });
    const id = await createContainer(engine, start.spec);
    try {
      await start.placed();
      await startContainer(engine, id);
      await start.follow(id);
      const { signal } = new AbortController();
      const ran = how === "further" ? await sensor.exec(id, { ...traced, argv: [IN_THE_IMAGE] }, { signal }) : null;
      // It ends with 3 where it finds io_uring, which fanotify cannot take away.
      expect(ran?.exit ?? (await waitContainer(engine, id))).toBe(mode === "fanotify" ? 3 : 0);
      const printed = (ran?.stdout ?? (await containerLogs(engine, id))).toString();
      const trace = await sensor.take();
      expect(trace.mode).toBe(mode);
      return { trace, printed };
    } finally {
      await removeContainer(engine, id, { force: true });
    }
  } finally {
    await sensor.remove();
  }
}

/** Shapes that are not in the Trace, without those that the engine's own filter refused before. */
function missed({ trace, printed }: { readonly trace: Trace; readonly printed: string }): readonly string[] {
  const refused = new Set(printed.split("\n"));
  return shapes
    .filter(({ name }) => !refused.has(`refused ${name}`))
    .filter(({ act, path: place }) => !(trace.touched[place] ?? []).some((seen) => seen === act))
    .map(({ name }) => name);
}

describe("every way of touching a path is seen", () => {
  test.each([
    ["transparent", "first"],
    ["unprivileged", "first"],
    ["ptrace", "first"],
    ["transparent", "further"],
  ] as const)("%s, %s process", async (mode, how) => {
    const traced = await traceTorture(mode, how);
    expect(missed(traced)).toEqual([]);
    expect(traced.trace).toMatchObject({ lost: 0, ...(mode === "ptrace" ? {} : { ioUring: 1 }) });
    if (how === "first") expect(traced.trace.processes).toContainEqual({ pid: 1, parent: 0, program: IN_THE_IMAGE });
    expect(shapes.length).toBeGreaterThan(100);
  });

  test("fanotify, the last resort, sees what is opened and executed", async () => {
    const { touched } = (await traceTorture("fanotify", "first")).trace;
    expect(touched["/t/open"]).toContain("opened");
    expect(touched["/t/run.exe"]).toContain("executed");
    expect(touched["/t/chain-end"]).toContain("opened");
    expect(touched["/t/open-folder.d"]).toContain("listed");
  });
});
