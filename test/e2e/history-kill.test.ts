import { readFile, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { History } from "../../src/history/model.ts";
import { type HistoryStore, openHistoryStore } from "../../src/history/store.ts";
import { testContainer, testShell } from "../../src/history/test-values.ts";
import { makeTempFolder, type TempFolder } from "../../src/system/file/files.ts";
import { runProcess } from "../../src/system/process/process.ts";

const container = testContainer();
let program: TempFolder;
let home: TempFolder;
let store: HistoryStore;

beforeAll(async () => {
  program = await makeTempFolder("cooper-recorder-");
  const options = { bundle: true, format: "esm", platform: "node", target: "node20", logLevel: "error" } as const;
  await build({
    ...options,
    entryPoints: [fileURLToPath(new URL("./history-recorder.ts", import.meta.url))],
    outfile: join(program.path, "recorder.mjs"),
  });
});
afterAll(() => program.remove());
beforeEach(async () => {
  home = await makeTempFolder("cooper-kill-");
  store = openHistoryStore({ env: { XDG_STATE_HOME: home.path } });
});
afterEach(() => home.remove());

function recorder(env: Readonly<Record<string, string>>, wrapper: readonly string[] = []) {
  return runProcess([...wrapper, process.execPath, join(program.path, "recorder.mjs")], {
    env: { PATH: process.env["PATH"], XDG_STATE_HOME: home.path, ...env },
    timeoutMs: 60_000,
  });
}

async function load(): Promise<History | null> {
  return await store.load(container.engineId, container.id);
}

/** Names of half-written files in the content store. */
async function parts(): Promise<readonly string[]> {
  const names = await readdir(store.contents(container.engineId, container.id).folder).catch(() => []);
  return names.filter((name) => name.startsWith("part-"));
}

/** 0 the Session, 1 its shell, then a begin and a step for each of three commands, 8 the end. */
const RECORDS = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const;
const POINTS = ["before-write", "half-written", "written", "synced"] as const;

describe.each(POINTS)("killed at %s", (point) => {
  test.each(RECORDS)("of record %i", async (record) => {
    const killed = await recorder({ COOPER_TEST_POINT: point, COOPER_TEST_RECORD: String(record) });
    expect([killed.signal, killed.stderr.toString()]).toEqual(["SIGKILL", ""]);

    const there = record + (point === "written" || point === "synced" ? 1 : 0);
    const history = await load();
    const steps = history?.sessions[0]?.steps ?? [];
    const ended = Math.min(3, Math.max(0, Math.floor((there - 2) / 2)));
    const begun = Math.min(3, Math.max(0, Math.ceil((there - 2) / 2)));
    expect(steps.map((step) => [step.id, step.exit])).toEqual(
      [1, 2, 3].slice(0, begun).map((number) => [`s1.${number}`, number <= ended ? 0 : null]),
    );
    expect(history?.findings.map(({ code }) => code)).toEqual(point === "half-written" ? ["journal-torn"] : []);
    expect(history?.sessions[0]?.endedAt === null).toBe(there < 9);
    const contents = store.contents(container.engineId, container.id);
    for (const { after } of steps.flatMap((step) => step.effect.changes)) expect(contents.readSync(after?.hash ?? "")).not.toBeNull();

    const next = await store.startSession(container, testShell(), Date.now);
    await next.end(0);
    expect((await load())?.sessions.map(({ id }) => id)).toEqual(["s1", "s2"]);
    expect((await load())?.sessions[0]?.steps).toEqual(steps);
  });
});

describe("killed while a content is stored", () => {
  test.each(["part-written", "renamed"])("at %s", async (point) => {
    const killed = await recorder({ COOPER_TEST_POINT: point, COOPER_TEST_RECORD: "1" });
    expect(killed.signal).toBe("SIGKILL");
    expect(await parts()).toHaveLength(point === "part-written" ? 1 : 0);
    expect((await load())?.sessions[0]?.steps.map((step) => step.exit)).toEqual([0, null]);

    expect(await store.contents(container.engineId, container.id).put(Buffer.from("of another recorder"))).toMatchObject({ kept: true });
    expect(await parts()).toEqual([]);
  });
});

describe("many recorders at once", () => {
  test("have a Session each, all whole", async () => {
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => recorder({ COOPER_TEST_STEPS: "10" })));
    const ids = outcomes.map(({ stdout }) => JSON.parse(stdout.toString()).id);
    expect(ids.toSorted()).toEqual(["s1", "s2", "s3", "s4", "s5", "s6"]);
    const history = await load();
    expect(history?.findings).toEqual([]);
    expect(history?.sessions.map(({ id, steps, endedAt }) => [id, steps.length, endedAt !== null])).toEqual(
      ids.toSorted().map((id) => [id, 10, true]),
    );
  });
});

describe("a disk that is full", () => {
  test("costs what does not fit, is told once, and ends nothing", async () => {
    // A file of this process may have 8 × 512 bytes: the write behind that is cut short by the kernel, and the next one refused.
    const outcome = await recorder({ COOPER_TEST_STEPS: "20" }, ["sh", "-c", 'ulimit -f 8; exec "$@"', "sh"]);
    expect([outcome.exit, outcome.signal, outcome.stderr.toString()]).toEqual([0, null, ""]);
    const { events } = JSON.parse(outcome.stdout.toString());
    expect(events.map((event: { finding: { code: string } }) => event.finding.code)).toEqual(["journal-not-written"]);

    const path = join(store.folder(container.engineId, container.id), "s1.jsonl");
    expect((await stat(path)).size).toBe(4096);
    const whole = (await readFile(path, "utf8")).split("\n").filter((line) => line.includes('"record":"step"') && line.endsWith("}"));
    const history = await load();
    expect(history?.sessions[0]?.steps.filter((step) => step.exit === 0)).toHaveLength(whole.length);
    expect(whole.length).toBeGreaterThan(0);
    expect(history?.findings.map(({ code }) => code)).toEqual(["journal-torn"]);
  });

  test("at the next start is the past", async () => {
    await recorder({ COOPER_TEST_STEPS: "20" }, ["sh", "-c", 'ulimit -f 8; exec "$@"', "sh"]);
    const next = await recorder({});
    expect(JSON.parse(next.stdout.toString())).toEqual({ id: "s2", events: [] });
    expect((await load())?.sessions[1]?.steps.map((step) => step.exit)).toEqual([0, 0, 0]);
  });
});

describe("a removed history", () => {
  test("leaves nothing to load", async () => {
    await recorder({});
    await rm(store.folder(container.engineId, container.id), { recursive: true });
    expect(await load()).toBeNull();
  });
});
