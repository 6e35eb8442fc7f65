import { afterEach, beforeEach, expect, test } from "vitest";
import type { History, Step } from "../../src/history/model.ts";
import { openHistoryStore } from "../../src/history/store.ts";
import { makeTempFolder, type TempFolder } from "../../src/system/file/files.ts";
import { cooperEnvironment, cooperProgram, runCooper } from "../support/cli.ts";
import { removeContainer, type TestContainer, withContainer } from "../support/container.ts";
import { runOnHost } from "../support/host-command.ts";
import { openTerminal, type TestTerminal } from "../support/terminal.ts";

let home: TempFolder;
beforeEach(async () => {
  home = await makeTempFolder("cooper-survival-");
});
afterEach(() => home.remove());

const environment = () => ({ XDG_STATE_HOME: home.path });

async function record(container: TestContainer, use: (terminal: TestTerminal) => Promise<void>): Promise<void> {
  const argv = [process.execPath, cooperProgram(), "record", container.name];
  const terminal = openTerminal(argv, { env: cooperEnvironment(environment()) });
  try {
    await terminal.waitForPrompt();
    await use(terminal);
  } finally {
    terminal.close();
  }
}

async function run(terminal: TestTerminal, command: string): Promise<void> {
  terminal.type(command);
  await terminal.waitForPrompt();
}

async function historyOf(container: TestContainer): Promise<History> {
  const store = openHistoryStore({ env: environment() });
  const entry = (await store.list()).find((known) => known.container.id === container.id);
  const history = entry === undefined ? null : await store.load(entry.container.engineId, container.id);
  if (history === null) throw new Error("There is no history.");
  return history;
}

const commandsOf = (history: History): readonly (readonly [string, string, number | null])[] =>
  history.sessions.flatMap(({ id, steps }) => steps.filter(isCommand).map((step) => [id, step.typed, step.exit] as const));
const isCommand = (step: Step): boolean => step.kind !== "outside";

test("a history survives cooper's end, the container's, and its removal", async () => {
  await withContainer({}, async (container) => {
    await record(container, async (terminal) => {
      await run(terminal, "echo one > /opt/one");
      terminal.type("echo started; sleep 601; echo over");
      await terminal.waitFor(/\nstarted/);
      terminal.kill("SIGKILL");
      expect(await terminal.waitForExit()).toBe(137);
    });
    expect(commandsOf(await historyOf(container))).toEqual([
      ["s1", "echo one > /opt/one", 0],
      ["s1", "echo started; sleep 601; echo over", null],
    ]);

    await record(container, async (terminal) => {
      await run(terminal, "echo two > /opt/two");
      terminal.type("echo started; sleep 602");
      await terminal.waitFor(/\nstarted/);
      await runOnHost(["docker", "kill", container.name]);
      await terminal.waitForExit();
    });
    await runOnHost(["docker", "start", container.name]);
    await record(container, async (terminal) => {
      await run(terminal, "echo three > /opt/three");
      terminal.type("exit 3");
      expect(await terminal.waitForExit()).toBe(3);
    });
    const history = await historyOf(container);
    expect(commandsOf(history).map(([session, typed]) => [session, typed])).toEqual([
      ["s1", "echo one > /opt/one"],
      ["s1", "echo started; sleep 601; echo over"],
      ["s2", "echo two > /opt/two"],
      ["s2", "echo started; sleep 602"],
      ["s3", "echo three > /opt/three"],
      ["s3", "exit 3"],
    ]);
    expect(history.findings).toEqual([]);

    const before = await runCooper(["replay", container.name], { env: environment() });
    await removeContainer(container.name);
    const after = await runCooper(["replay", container.name], { env: environment() });
    expect(after).toMatchObject({ exit: 0, stdout: before.stdout });
    for (const word of ["one", "two", "three"]) expect(after.stdout).toContain(`/opt/${word}`);
    expect((await runCooper(["verify", container.name], { env: environment() })).exit).toBe(4);
  });
});

test("two who record at once do not harm each other", async () => {
  await withContainer({}, async (container) => {
    await record(container, async (first) => {
      await record(container, async (second) => {
        for (const number of [1, 2, 3]) {
          await run(first, `echo first > /opt/first${number}`);
          await run(second, `echo second > /opt/second${number}`);
        }
        second.type("exit");
        expect(await second.waitForExit()).toBe(0);
      });
      first.type("exit");
      expect(await first.waitForExit()).toBe(0);
    });
    const history = await historyOf(container);
    expect(history.findings).toEqual([]);
    const told = history.sessions.map(({ id, steps }) => [
      id,
      ...steps.flatMap((step) =>
        step.effect.changes.filter(({ path }) => path.startsWith("/opt/")).map(({ path }) => `${step.typed}: ${path}`),
      ),
    ]);
    expect(told).toEqual([
      ["s1", ...[1, 2, 3].map((number) => `echo first > /opt/first${number}: /opt/first${number}`)],
      ["s2", ...[1, 2, 3].map((number) => `echo second > /opt/second${number}: /opt/second${number}`)],
    ]);
  });
});
