import { mkdtempSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createContainer, removeContainer, startContainer, waitContainer } from "../../src/engine/container/container.ts";
import { containerLogs } from "../../src/engine/stream/logs.ts";
import { repository } from "../support/cli.ts";
import { uniqueName } from "../support/container.ts";
import { testEngine } from "../support/engine.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";
import { openTestSensor } from "./trace-support.ts";

const image = uniqueName("hostile");
const folder = mkdtempSync(path.join(tmpdir(), "cooper-hostile-"));

beforeAll(async () => {
  await outputOf(["make", "-s", "-C", path.join(repository, "sensor"), "hostile", `OUT=${folder}`]);
  await writeFile(
    path.join(folder, "Dockerfile"),
    "FROM debian:bookworm\nCOPY hostile /hostile\nHEALTHCHECK CMD touch /health-check-ran\n",
  );
  await outputOf(["docker", "build", "-q", "--network", "none", "-t", image, folder]);
});

afterAll(async () => {
  await runOnHost(["docker", "rmi", "-f", image]);
  await rm(folder, { recursive: true, force: true });
});

test.each(["transparent", "unprivileged", "ptrace"] as const)("%s: a hostile image gets neither out nor at the sensor", async (mode) => {
  const engine = await testEngine();
  const sensor = await openTestSensor({ image, mode });
  try {
    const command = { argv: ["/hostile"], user: "", workdir: "", hasHome: false };
    const start = sensor.prepare({ image, network: "none" }, command, { hasVisitors: false });
    expect(start.spec.noHealthCheck).toBe(true);
    const id = await createContainer(engine, start.spec);
    try {
      await start.placed();
      await startContainer(engine, id);
      await start.follow(id);
      expect(await waitContainer(engine, id)).toBe(0);
      expect((await containerLogs(engine, id)).toString()).toBe("");
      const trace = await sensor.take();
      expect(trace.touched["/seen-at-last"]).toEqual(["opened"]);
      // It called the collector itself, which does not go unnoticed.
      expect(trace.lost).toBe(1);
    } finally {
      await removeContainer(engine, id, { force: true });
    }
  } finally {
    await sensor.remove();
  }
  expect(await outputOf(["docker", "volume", "ls", "-q", "--filter", "name=cooper-sensor-cooper-test"])).not.toContain(image);
});

test("what somebody runs by docker exec in a traced container has the capabilities, and no way out through them", async () => {
  const engine = await testEngine();
  const sensor = await openTestSensor({ image, mode: "transparent" });
  try {
    const traced = { argv: ["sleep", "infinity"], user: "", workdir: "", hasHome: false };
    const start = sensor.prepare({ image, network: "none" }, traced, { hasVisitors: true });
    const id = await createContainer(engine, start.spec);
    try {
      await start.placed();
      await startContainer(engine, id);
      await start.follow(id);
      expect(await outputOf(["docker", "exec", id, "/hostile", "out"])).toBe("");
      await outputOf(["docker", "exec", id, "cat", "/etc/issue"]);
      const { touched } = await sensor.take();
      expect(touched["/etc/issue"]).toContain("opened");
      expect(touched["/usr/bin/cat"]).toContain("executed");
      expect(touched["/hostile"]).toContain("executed");
    } finally {
      await removeContainer(engine, id, { force: true });
    }
  } finally {
    await sensor.remove();
  }
});
