import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openPeers } from "../../src/history/peers.ts";
import { openHistoryStore } from "../../src/history/store.ts";
import { removeContainer, startContainer, type TestContainer } from "../support/container.ts";
import { testEngine } from "../support/engine.ts";
import { TestTerminal } from "../support/terminal.ts";
import { processesOf, RemoteDesk, until } from "./remote-support.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const desk = new RemoteDesk();
let box: TestContainer | null = null;

beforeAll(async () => {
  box = await startContainer();
  await desk.told(`cooper dev init work --no-mount && cooper dev attach -s work ${box.name}`);
});

afterAll(async () => {
  await desk.leave();
  if (box !== null) await removeContainer(box.name);
});

/** A shell of this machine at a terminal, with the session's `dodo`. */
async function openShell(): Promise<TestTerminal> {
  const bin = path.join(desk.state, "cooper/sessions/work/bin");
  const env = { ...desk.env, PS1: "here$ ", PATH: `${bin}:${process.env["PATH"] ?? ""}` };
  const terminal = new TestTerminal(["bash", "--norc", "--noprofile"], { cwd: desk.folder, env, columns: 91, rows: 29 });
  await terminal.waitForPrompt(/here\$ $/u);
  return terminal;
}

const processes = (): Promise<string> => processesOf(box);

test("a command has a terminal where both its ends are one", async () => {
  const terminal = await openShell();
  const ask = `sh -c 'for n in 0 1; do test -t $n && printf T || printf p; done; echo .'`;
  for (const [line, told] of [
    [`dodo ${ask}`, "TT."],
    ["dodo stty size", "29 91"],
    [`dodo ${ask} | cat`, "pp."],
    [`dodo ${ask} </dev/null`, "pp."],
    [`dodo -T ${ask}`, "pp."],
    [`dodo -n cat; echo none.`, "none."],
  ] as const) {
    terminal.type(line);
    expect({ line, told: await terminal.waitFor(new RegExp(`^${told.replace(".", "[.]")}`, "mu")) }).toEqual({ line, told });
    await terminal.waitForPrompt(/here\$ $/u);
  }
  terminal.close();
});

test("a terminal that is resized before its command began tells the command", async () => {
  const engine = await testEngine();
  const store = openHistoryStore({ env: { XDG_STATE_HOME: desk.state } });
  const terminal = await openShell();
  // The command is held up as long as another recorder looks.
  const unmark = openPeers(store.folder(engine.id, box?.id ?? ""), "s999").mark();
  terminal.type(`dodo sh -c 'until test "$(stty size)" = "33 101"; do sleep 0.1; done; echo sized'`);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  terminal.resize(101, 33);
  unmark();
  expect(await terminal.waitFor(/^sized/mu)).toBe("sized");
  terminal.close();
});

test("a terminal that is closed takes its command along, also one that has none itself", async () => {
  for (const line of ["dodo sleep 3071", "dodo sleep 3072 | cat"]) {
    const number = line.includes("3071") ? "3071" : "3072";
    const terminal = await openShell();
    terminal.type(line);
    await until(async () => (await processes()).includes(`sleep ${number}`), line);
    terminal.close();
    await until(async () => !(await processes()).includes(`sleep ${number}`), `the end of ${line}`);
  }
});
