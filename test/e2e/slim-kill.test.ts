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
const imagesOf = (owner: string): Promise<string> =>
  outputOf(["docker", "image", "ls", "-q", "--filter", `reference=cooper-passing:${owner}`]);

/** Kills a cooper slim in a run of its exercise; the owner of what it made. */
async function killInRun(wanted: number): Promise<string> {
  const mark = path.join(folder, uniqueName("owner"));
  // It ends with the cooper that waits for it.
  const exercise = `echo run >> '${mark}-count'; [ $(wc -l < '${mark}-count') -lt ${wanted} ] && exit
docker inspect -f '{{index .Config.Labels "cooper.owner"}}' "$COOPER_CONTAINER" > '${mark}.new' &&
mv '${mark}.new' '${mark}'; while kill -0 $PPID; do sleep 0.1; done`;
  const words = ["slim", "debian:bookworm", "--tag", uniqueName("killed"), "--cmd", "sleep", "--cmd", "infinity", "--exercise", exercise];
  const child = spawn(process.execPath, [cooperProgram(), ...words], { env: { ...process.env, ...cooperEnvironment() }, stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  for (const deadline = Date.now() + WITHIN_MS; !existsSync(mark) && Date.now() < deadline && child.exitCode === null;) await delay(50);
  child.kill("SIGKILL");
  await ended;
  return (await readFile(mark, "utf8")).trim();
}

test("what a killed cooper slim left, the next one removes", async () => {
  const inTheFirst = await killInRun(1);
  expect(inTheFirst).toMatch(/^slim-/);
  expect(await containersOf(inTheFirst)).not.toBe("");
  expect(await volumesOf(inTheFirst)).not.toBe("");
  const inTheProof = await killInRun(2);
  expect(await containersOf(inTheProof)).not.toBe("");
  expect(await imagesOf(inTheProof)).not.toBe("");
  expect(await runCooper(["slim", "debian:bookworm", "--cmd", "no-such-program", "--tag", uniqueName("next")])).toMatchObject({ exit: 1 });
  // A helper of the killed one, which ends with it, may hold the volume for a moment.
  const left = async (owner: string): Promise<string> => (await containersOf(owner)) + (await volumesOf(owner)) + (await imagesOf(owner));
  const owners = [inTheFirst, inTheProof];
  for (const deadline = Date.now() + WITHIN_MS; Date.now() < deadline; await delay(100)) {
    if ((await Promise.all(owners.map(left))).join("") === "") break;
  }
  for (const owner of owners) expect(await left(owner)).toBe("");
});
