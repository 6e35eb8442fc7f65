import { openHistoryStore } from "../../src/history/store.ts";
import type { Session, Step } from "../../src/history/model.ts";
import { cooperEnvironment, cooperProgram, testStateFolder } from "../support/cli.ts";
import type { TestContainer } from "../support/container.ts";
import { testEngine } from "../support/engine.ts";
import { openTerminal, type TestTerminal } from "../support/terminal.ts";

/** Opens `cooper record` of the container in a pseudo-terminal and waits for its first prompt. */
export async function openRecorded(container: TestContainer, ...options: readonly string[]): Promise<TestTerminal> {
  const argv = [process.execPath, cooperProgram(), "record", ...options, container.name];
  const terminal = openTerminal(argv, { env: cooperEnvironment(), columns: 120, rows: 40 });
  await terminal.waitForPrompt();
  return terminal;
}

/** Types each line and waits for the next prompt. */
export async function typeAll(terminal: TestTerminal, lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    terminal.type(line);
    // What a shell prints when it ends may be lost in a program that relays its terminal (sudo): then the next prompt is on the same row.
    if (line === "exit") await terminal.waitFor(/[#$%] $/);
    else await terminal.waitForPrompt();
  }
}

/** The Sessions that are on the disk. */
export async function sessionsOf(container: TestContainer): Promise<readonly Session[]> {
  const engine = await testEngine();
  const store = openHistoryStore({ env: { XDG_STATE_HOME: testStateFolder() } });
  return (await store.load(engine.id, container.id))?.sessions ?? [];
}

/** The Steps of the newest Session, in the order of their numbers, without those of other people. */
export async function stepsOf(container: TestContainer): Promise<readonly Step[]> {
  const session = (await sessionsOf(container)).at(-1);
  const number = (step: Step): number => Number(step.id.split(".")[1]);
  return (session?.steps ?? []).filter(({ kind }) => kind !== "outside").toSorted((left, right) => number(left) - number(right));
}
