import { afterEach, beforeEach, expect, test } from "vitest";
import type { Step } from "../../src/history/model.ts";
import { removeContainer, startContainer, type TestContainer } from "../support/container.ts";
import { outputOf } from "../support/host-command.ts";
import type { TestTerminal } from "../support/terminal.ts";
import { openRecorded, sessionsOf, stepsOf, typeAll } from "./recorded-shell.ts";

let container: TestContainer;
let terminal: TestTerminal;

beforeEach(async () => {
  container = await startContainer();
  terminal = await openRecorded(container);
  await typeAll(terminal, ["echo kept > /srv/kept"]);
  terminal.type("echo started; sleep 600");
  await terminal.waitFor(/^started/m);
});

afterEach(async () => {
  terminal.kill("SIGKILL");
  await removeContainer(container.name);
});

async function processes(): Promise<string> {
  return await outputOf(["docker", "top", container.name, "-eo", "pid,args"]);
}

async function until(probe: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await probe())) {
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function texts(steps: readonly Step[]): readonly string[] {
  return steps.map(({ typed, exit }) => `${typed} ${exit}`);
}

/** What shells write at their end is nobody's work: no Step is made of it. */
async function expectNothingOutside(): Promise<void> {
  const steps = (await sessionsOf(container)).flatMap((session) => session.steps);
  expect(steps.filter(({ kind }) => kind === "outside").map(({ effect }) => effect.changes)).toEqual([]);
}

async function expectKept(): Promise<void> {
  const steps = await stepsOf(container);
  expect(texts(steps)).toEqual(["echo kept > /srv/kept 0", "echo started; sleep 600 null"]);
  expect(steps[0]?.effect.changes.map(({ path }) => path)).toEqual(["/srv/kept"]);
}

test("the terminal is closed: the shell hangs up, nothing runs on, all is written", async () => {
  terminal.close();
  await until(async () => !/bash|sleep 600/.test(await processes()), "the shell's end");
  await until(async () => (await sessionsOf(container))[0]?.endedAt !== null, "the Session's end");
  await expectKept();
  await expectNothingOutside();
});

test("the recorder is killed: what had ended is on the disk, and the next Session goes on", async () => {
  terminal.kill("SIGKILL");
  await terminal.waitForExit();
  await expectKept();
  const [session] = await sessionsOf(container);
  expect(session).toMatchObject({ id: "s1", endedAt: null });
  terminal = await openRecorded(container);
  await typeAll(terminal, ["cat /srv/kept"]);
  terminal.type("exit");
  expect(await terminal.waitForExit()).toBe(0);
  expect((await sessionsOf(container)).map(({ id }) => id)).toEqual(["s1", "s2"]);
  expect(texts(await stepsOf(container))).toEqual(["cat /srv/kept 0", "exit 0"]);
  expect(await processes()).not.toMatch(/rcfile|sleep 600/);
  await expectNothingOutside();
});

test("the container is stopped, and started again", async () => {
  await outputOf(["docker", "stop", "-t", "0", container.name]);
  await terminal.waitForExit();
  expect(terminal.screen().replaceAll("\n", "")).toContain("(shell-lost)"); // the line may wrap
  await expectKept();
  expect((await sessionsOf(container))[0]?.endedAt).not.toBeNull();
  await outputOf(["docker", "start", container.name]);
  terminal = await openRecorded(container);
  terminal.type("exit 3");
  expect(await terminal.waitForExit()).toBe(3);
  expect(texts(await stepsOf(container))).toEqual(["exit 3 3"]);
});

test("the container is removed", async () => {
  await outputOf(["docker", "rm", "-f", container.name]);
  await terminal.waitForExit();
  await expectKept();
});

test("the container is paused and goes on", async () => {
  terminal.keys("\u0003");
  await terminal.waitForPrompt();
  await outputOf(["docker", "pause", container.name]);
  terminal.type("echo after the pause");
  await outputOf(["docker", "unpause", container.name]);
  await terminal.waitFor(/^after the pause/m);
  await terminal.waitForPrompt();
  terminal.type("exit");
  expect(await terminal.waitForExit()).toBe(0);
  expect(texts(await stepsOf(container)).slice(1)).toEqual(["echo started; sleep 600 130", "echo after the pause 0", "exit 0"]);
});
