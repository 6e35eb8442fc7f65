import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { History } from "../../src/history/model.ts";
import { type HistoryStore, openHistoryStore } from "../../src/history/store.ts";
import { makeTempFolder, type TempFolder } from "../../src/system/file/files.ts";
import { removeContainer, startContainer, type TestContainer } from "../support/container.ts";
import { testEngine } from "../support/engine.ts";
import { type HostOutcome, outputOf, runOnHost } from "../support/host-command.ts";

let program: TempFolder;
let home: TempFolder;
let store: HistoryStore;
let container: TestContainer;

beforeAll(async () => {
  program = await makeTempFolder("cooper-record-kill-");
  home = await makeTempFolder("cooper-record-kill-");
  store = openHistoryStore({ env: { XDG_STATE_HOME: home.path } });
  const options = { bundle: true, format: "esm", platform: "node", target: "node20", logLevel: "error" } as const;
  const entryPoints = [fileURLToPath(new URL("./record-kill-program.ts", import.meta.url))];
  await build({ ...options, entryPoints, outfile: join(program.path, "program.mjs") });
  container = await startContainer();
});
afterAll(async () => {
  await removeContainer(container.name);
  await Promise.all([program.remove(), home.remove()]);
});

function record(input: string, env: Readonly<Record<string, string>> = {}): Promise<HostOutcome> {
  const argv = [process.execPath, join(program.path, "program.mjs"), container.name];
  // What a shell says of a program that was killed is its exit code.
  return runOnHost(["sh", "-c", '"$@"; exit $?', "sh", ...argv], { input, env: { XDG_STATE_HOME: home.path, ...env } });
}

async function load(): Promise<History | null> {
  return await store.load((await testEngine()).id, container.id);
}

/** 0 the Session, 1 its shell, then a begin and a step for the command and for `exit`, 6 the end. */
const KILLS: readonly (readonly [string, number])[] = [
  ["half-written", 0],
  ["synced", 0],
  ["before-write", 1],
  ["written", 1],
  ["half-written", 2],
  ["synced", 2],
  ["half-written", 3],
  ["synced", 3],
  ["before-write", 4],
  ["written", 5],
  ["half-written", 6],
  ["synced", 6],
];

test.each(KILLS)("the recorder is killed at %s of record %i", { timeout: 240_000 }, async (point, number) => {
  const sessions = (await load())?.sessions.length ?? 0;
  const file = `/srv/${point}-${number}-${sessions}`;
  const killed = await record(`echo kept > ${file}\nexit 0\n`, { COOPER_TEST_POINT: point, COOPER_TEST_RECORD: String(number) });
  expect(killed.exit).toBe(137);

  const there = number + (point === "written" || point === "synced" ? 1 : 0);
  const history = await load();
  const steps = history?.sessions[sessions]?.steps ?? [];
  const texts = [`echo kept > ${file}`, "exit 0"].slice(0, Math.max(0, Math.ceil((there - 2) / 2)));
  const ended = Math.min(2, Math.max(0, Math.floor((there - 2) / 2)));
  expect(steps.map(({ typed, exit }) => [typed, exit])).toEqual(texts.map((typed, index) => [typed, index < ended ? 0 : null]));
  if (ended > 0) expect(steps[0]?.effect.changes.map(({ path }) => path)).toEqual([file]);
  expect(history?.findings.filter(({ code }) => code !== "journal-torn")).toEqual([]);

  const next = await record("true\nexit 0\n");
  expect(next.exit).toBe(0);
  const after = (await load())?.sessions ?? [];
  expect(
    after
      .at(-1)
      ?.steps.filter(({ kind }) => kind === "command")
      .map(({ typed }) => typed),
  ).toEqual(["true", "exit 0"]);
  expect(await outputOf(["docker", "top", container.name, "-eo", "pid,args"])).not.toMatch(/bash/);
  expect(await outputOf(["docker", "inspect", "--format", "{{.ExecIDs}}", container.name])).toMatch(/^\[\]$|^<nil>$/);
  const changed = new Set(after.flatMap((session) => session.steps.flatMap(({ effect }) => effect.changes.map(({ path }) => path))));
  expect(changed.has(file)).toBe((await container.run("ls", "/srv")).split("\n").includes(file.slice("/srv/".length)));
});
