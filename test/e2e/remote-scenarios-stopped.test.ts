import { existsSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { readSession } from "../../src/remote/session/session-record.ts";
import { stoppedProcess } from "../../src/remote/session/session-pid.ts";
import { removeContainer, startContainer, type TestContainer } from "../support/container.ts";
import { type HostOutcome, outputOf, runOnHost } from "../support/host-command.ts";
import { RemoteDesk, shellIn, until } from "./remote-support.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const desk = new RemoteDesk();
const folder = path.join(desk.folder, "container");
const session = path.join(desk.state, "cooper/sessions/work");
let box: TestContainer | null = null;
let hasFiles = false;

beforeAll(async () => {
  box = await startContainer();
  hasFiles = await desk.attach(`cooper dev init work --deadline 2 && cooper dev attach ${box.name} && dodo true`);
});

afterAll(async () => {
  await signal("CONT", desk.state);
  await desk.leave();
  if (box !== null) await removeContainer(box.name);
});

/** The processes with these words in their command line. */
async function pidsOf(words: string): Promise<readonly string[]> {
  return (await runOnHost(["pgrep", "-f", "--", words])).stdout.split("\n").filter((pid) => pid !== "");
}

async function signal(name: string, words: string): Promise<readonly string[]> {
  const pids = await pidsOf(words);
  await runOnHost(["kill", `-${name}`, ...pids]);
  return pids;
}

/** `dodo` as a shell has it that has sourced the session's script. */
function dodo(script: string, input = ""): Promise<HostOutcome> {
  return runOnHost([path.join(session, "bin", "dodo"), "-c", script], { env: desk.env, input, timeoutMs: 60_000 });
}

async function comesBack(): Promise<void> {
  expect(await dodo("echo there")).toMatchObject({ exit: 0, stdout: "there\n" });
  if (hasFiles) await until(async () => /^\d/u.test(await shellIn(folder, "cat etc/debian_version")), "the files again");
}

/** A local program that asks for files; its end is waited for no longer than a test has. */
function look(): Promise<HostOutcome> {
  return runOnHost(["ls", path.join(folder, "etc/dpkg"), path.join(folder, "var/log")], { timeoutMs: 60_000 });
}

test("a session's process that is stopped holds nobody up, and goes on as if it had not been", async () => {
  await signal("STOP", `dev serve ${session}`);
  const stopped = { exit: 125, stdout: "", stderr: expect.stringContaining("session-stopped") };
  const [plain, large, whole, files] = await Promise.all([
    dodo("echo there"),
    dodo("cat", "x".repeat(3_000_000)),
    desk.cooper(["dev", "exec", "-s", "work", "true"]),
    look(),
  ]);
  expect([plain, large, whole]).toEqual([stopped, stopped, stopped].map((outcome) => expect.objectContaining(outcome)));
  if (hasFiles) expect(files.stderr).toMatch(/connection abort|not connected/u);
  expect(await desk.told("cooper dev status")).toMatch(/process +stopped/u);
  await signal("CONT", `dev serve ${session}`);
  await comesBack();
});

test("what mounts the files, and what serves them, holds nobody up where it is stopped, and is replaced", async () => {
  if (!hasFiles) return;
  const root = (await outputOf(["docker", "inspect", "--format", "/proc/{{.State.Pid}}/root", box?.name ?? ""])).trim();
  for (const words of [`sshfs .* ${folder}$`, ...(process.getuid?.() === 0 ? [`serve ${root}`] : [])]) {
    const stopped = await signal("STOP", words);
    expect({ words, isThere: stopped.length > 0 }).toEqual({ words, isThere: true });
    await look();
    await comesBack();
    await until(async () => !(await pidsOf(words)).some((pid) => stopped.includes(pid)), "the end of what was stopped");
  }
});

test("a session's process that is stopped is killed by stop, and nothing of it is left", async () => {
  await signal("STOP", `dev serve ${session}`);
  await desk.told("cooper dev stop");
  const record = await readSession(session);
  expect(record === null ? null : await stoppedProcess(record)).toBeNull();
  expect(await pidsOf(`dev serve ${session}`)).toEqual([]);
  expect(existsSync(folder)).toBe(false);
  await comesBack();
});
