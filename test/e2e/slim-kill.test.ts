import { spawn } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { cooperEnvironment, cooperProgram, runCooper } from "../support/cli.ts";
import { uniqueName } from "../support/container.ts";
import { outputOf } from "../support/host-command.ts";

const WITHIN_MS = 60_000;
const folder = mkdtempSync(path.join(tmpdir(), "cooper-slim-kill-"));

afterAll(() => rm(folder, { recursive: true, force: true }));

const containersOf = (owner: string): Promise<string> => outputOf(["docker", "ps", "-a", "-q", "--filter", `label=cooper.owner=${owner}`]);
const volumesOf = (owner: string): Promise<string> => outputOf(["docker", "volume", "ls", "-q", "--filter", `label=cooper.owner=${owner}`]);

test("what a killed cooper slim left, the next one removes", async () => {
  const mark = path.join(folder, "owner");
  // It ends with the cooper that waits for it.
  const exercise = `docker inspect -f '{{index .Config.Labels "cooper.owner"}}' "$COOPER_CONTAINER" > '${mark}.new' &&
mv '${mark}.new' '${mark}'; while kill -0 $PPID; do sleep 0.1; done`;
  const words = ["slim", "debian:bookworm", "--tag", uniqueName("killed"), "--cmd", "sleep", "--cmd", "infinity", "--exercise", exercise];
  const child = spawn(process.execPath, [cooperProgram(), ...words], { env: { ...process.env, ...cooperEnvironment() }, stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const deadline = Date.now() + WITHIN_MS;
  while (!existsSync(mark) && Date.now() < deadline && child.exitCode === null) await delay(50);
  child.kill("SIGKILL");
  await ended;
  const owner = (await readFile(mark, "utf8")).trim();
  expect(owner).toMatch(/^slim-/);
  expect(await containersOf(owner)).not.toBe("");
  expect(await volumesOf(owner)).not.toBe("");
  expect(await runCooper(["slim", "debian:bookworm", "--cmd", "no-such-program", "--tag", uniqueName("next")])).toMatchObject({ exit: 1 });
  // A helper of the killed one, which ends with it, may hold the volume for a moment.
  while ((await volumesOf(owner)) !== "" && Date.now() < deadline) await delay(100);
  expect(await containersOf(owner)).toBe("");
  expect(await volumesOf(owner)).toBe("");
});
