import { appendFile, chmod, mkdtemp, readFile, readdir, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CooperEvent } from "../base/events.ts";
import { parseJsonLines } from "../format/jsonl/json-lines.ts";
import type { Choices, Step } from "./model.ts";
import { parseRecord } from "./records.ts";
import { readSession } from "./session-of-records.ts";
import { type HistoryStore, openHistoryStore } from "./store.ts";
import { testContainer, testShell, testStep } from "./test-values.ts";

const ENGINE = "ENGI:NE";
const container = testContainer();
let home = "";
let store: HistoryStore;
let now = 1000;
const clock = (): number => (now += 1);

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "cooper-history-"));
  store = openHistoryStore({ env: { XDG_STATE_HOME: home } });
  now = 1000;
});
afterEach(async () => {
  await rm(home, { recursive: true });
});

async function allText(): Promise<string> {
  const names = await readdir(home, { recursive: true, withFileTypes: true });
  const files = names.filter((name) => name.isFile()).map((name) => join(name.parentPath, name.name));
  return (await Promise.all(files.map((file) => readFile(file, "latin1")))).join("\n");
}

async function record(...typed: readonly string[]): Promise<string> {
  const writer = await store.startSession(container, testShell(), clock);
  for (const text of typed) {
    const id = writer.nextStepId();
    await writer.begin(id, clock(), text);
    await writer.step(testStep({ id, typed: text, startedAt: now, endedAt: clock() }));
  }
  await writer.end(0);
  return writer.id;
}

async function loadSteps(): Promise<readonly Step[]> {
  const history = await store.load(ENGINE, container.id);
  return history?.sessions.flatMap((session) => session.steps) ?? [];
}

describe("the store", () => {
  test("gives back what was written", async () => {
    await record("echo a", "echo 'ü\n\u2028b'");
    const history = await store.load(ENGINE, container.id);
    expect(history?.container).toEqual(container);
    expect(history?.findings).toEqual([]);
    expect(history?.sessions.map(({ id, startedAt, endedAt }) => [id, startedAt, endedAt])).toEqual([["s1", 1001, 1006]]);
    expect((await loadSteps()).map(({ id, typed }) => [id, typed])).toEqual([
      ["s1.1", "echo a"],
      ["s1.2", "echo 'ü\n\u2028b'"],
    ]);
  });

  test("knows nothing of what was not recorded", async () => {
    expect(await store.load(ENGINE, "x")).toBeNull();
    expect(await store.list()).toEqual([]);
    expect(await readdir(home)).toEqual([]);
  });

  test("lets nobody else read", async () => {
    await record("true");
    const writer = await store.startSession(container, testShell(), clock);
    const kept = await writer.contents.put(Buffer.from("text"));
    const cast = await writer.openCast({ columns: 80, rows: 24 });
    await cast.close();
    await writer.end(0);
    await store.saveBaseTree("sha256:1", new Map());
    await store.saveChoices(ENGINE, container.id, { keep: [], drop: [], rename: {}, annotate: {}, secret: [], cmd: null });
    const names = await readdir(home, { recursive: true, withFileTypes: true });
    const modes = await Promise.all(
      names.map(async (name) => [name.isFile(), (await stat(join(name.parentPath, name.name))).mode & 0o777]),
    );
    expect(new Set(modes.map(String))).toEqual(new Set(["true,384", "false,448"]));
    expect((await stat(writer.contents.path(kept.hash))).mode & 0o777).toBe(0o600);
  });

  test("numbers Sessions of concurrent recorders apart", async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => record("true")));
    expect(ids.toSorted()).toEqual(["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"]);
    expect((await store.load(ENGINE, container.id))?.sessions).toHaveLength(8);
  });

  test("goes on behind the highest number", async () => {
    expect(await record("true")).toBe("s1");
    expect(await record("true")).toBe("s2");
    await rm(join(store.folder(ENGINE, container.id), "s1.jsonl"));
    expect(await record("true")).toBe("s3");
  });

  test("keeps choices, and tells of a damaged file", async () => {
    await record("true");
    const choices: Choices = { keep: ["s1.1"], drop: [], rename: { "s1.1": "x" }, annotate: {}, secret: ["/a"], cmd: ["nginx"] };
    await store.saveChoices(ENGINE, container.id, choices);
    expect((await store.load(ENGINE, container.id))?.choices).toEqual(choices);
    await writeFile(join(store.folder(ENGINE, container.id), "choices.json"), '{"keep": 1}');
    expect((await store.load(ENGINE, container.id))?.findings.map(({ code }) => code)).toEqual(["choices-unreadable"]);
  });

  test("keeps the tree of an image, and drops a damaged one", async () => {
    const tree = new Map([
      ["/a", { type: "file", mode: 0o644, uid: 0, gid: 0, size: 1, hash: "x", xattrs: { "security.capability": "00" } } as const],
    ]);
    await store.saveBaseTree("sha256:1", tree);
    expect(await store.baseTree("sha256:1")).toEqual(tree);
    expect(await store.baseTree("sha256:2")).toBeNull();
    const file = join(home, "cooper", "bases", (await readdir(join(home, "cooper", "bases")))[0] ?? "");
    await truncate(file, 20);
    expect(await store.baseTree("sha256:1")).toBeNull();
  });
});

describe("a damaged journal", () => {
  test("cut anywhere loses one Step at the most", async () => {
    await record("echo one", "echo two", "echo three");
    const path = join(store.folder(ENGINE, container.id), "s1.jsonl");
    const whole = await readFile(path);
    await rm(join(store.folder(ENGINE, container.id), "container.json"));
    for (let length = whole.length; length >= 0; length--) {
      // A line that lacks nothing but its newline is whole: session, shell, then begin and step of each command.
      const lines = whole.subarray(0, length).toString().split("\n");
      const count = lines.length - 1 + (whole[length] === 10 ? 1 : 0);
      const expected = Math.min(3, Math.max(0, Math.floor((count - 2) / 2)));
      const records = parseJsonLines(whole.subarray(0, length)).records.map(parseRecord);
      const session = readSession(
        "s1",
        records.filter((known) => known !== null),
      );
      expect(session.steps.filter((step) => step.exit === 0)).toHaveLength(expected);
      if (length % 101 !== 0) continue;
      await writeFile(path, whole.subarray(0, length));
      expect((await loadSteps()).filter((step) => step.exit === 0)).toHaveLength(expected);
    }
  });

  test("with any bytes at its end is read up to there", async () => {
    await record("echo one", "echo two");
    const path = join(store.folder(ENGINE, container.id), "s1.jsonl");
    const whole = await readFile(path);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (tail) => {
        await writeFile(path, Buffer.concat([whole, tail]));
        expect((await loadSteps()).map((step) => step.typed)).toEqual(["echo one", "echo two"]);
      }),
      { numRuns: 60 },
    );
  });

  test("with any JSON in it is read around that", async () => {
    await record("echo one");
    const path = join(store.folder(ENGINE, container.id), "s1.jsonl");
    const whole = await readFile(path, "utf8");
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.json(), fc.constantFrom('{"record":"step","step":{}}', '{"record":"toString"}', '{"record":"end"}')),
        async (line) => {
          await writeFile(path, `${whole}${line}\n`);
          expect((await loadSteps()).map((step) => step.typed)).toEqual(["echo one"]);
          expect((await store.load(ENGINE, container.id))?.findings.map(({ code }) => code)).toEqual(["journal-torn"]);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("without its first line still has its Steps", async () => {
    await record("echo one");
    const path = join(store.folder(ENGINE, container.id), "s1.jsonl");
    const lines = (await readFile(path, "utf8")).split("\n");
    await writeFile(path, lines.slice(1).join("\n"));
    expect((await loadSteps()).map((step) => step.typed)).toEqual(["echo one"]);
  });
});

describe("a killed recorder", () => {
  test("leaves the command that ran as a Step without an exit status", async () => {
    const writer = await store.startSession(container, testShell(), clock);
    await writer.step(testStep({ id: writer.nextStepId(), typed: "cd /opt", change: { cwd: "/opt" } }));
    await writer.begin(writer.nextStepId(), 50, "su - app");
    await writer.addShell(testShell({ key: "b", parent: "a" }));
    await writer.begin(writer.nextStepId(), 60, "sleep 9");
    const steps = await loadSteps();
    expect(steps.map(({ id, typed, shell, cwd, exit, opened }) => [id, typed, shell, cwd, exit, opened])).toEqual([
      ["s1.1", "cd /opt", "a", "/root", 0, []],
      ["s1.2", "su - app", "a", "/opt", null, ["b"]],
      ["s1.3", "sleep 9", "b", "/root", null, []],
    ]);
    await writer.end(null);
  });
});

describe("a full disk", () => {
  test("is told once, costs what could not be written, and the rest goes on", async () => {
    const events: CooperEvent[] = [];
    const full = new Set([4, 5, 6]);
    const at = (point: string, number: number | null): void => {
      if (point === "half-written" && full.has(number ?? -1))
        throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    };
    const failing = openHistoryStore({ env: { XDG_STATE_HOME: home }, emit: (event) => events.push(event), at });
    const writer = await failing.startSession(container, testShell(), clock);
    for (const typed of ["one", "two", "three"]) {
      const id = writer.nextStepId();
      await writer.begin(id, now, typed);
      await writer.step(testStep({ id, typed }));
    }
    await writer.end(0);
    expect(events.map((event) => event.kind === "finding" && event.finding.code)).toEqual(["journal-not-written"]);
    expect((await loadSteps()).map(({ typed, exit }) => [typed, exit])).toEqual([
      ["one", 0],
      ["three", 0],
    ]);
    const codes = (await store.load(ENGINE, container.id))?.findings.map(({ code, message }) => [code, message.slice(0, 9)]);
    expect(codes).toEqual([
      ["journal-not-written", "3 records"],
      ["journal-torn", "3 records"],
    ]);
  });
});

describe("secrets", () => {
  const scalar = (value: string) => ({ kind: "scalar", value, exported: true }) as const;

  test("never reach the disk", async () => {
    const secret = "hunter2-Pa55";
    const shell = testShell({ state: { ...testShell().state, variables: { APP_TOKEN: scalar("tok-1234-abc") } } });
    const writer = await store.startSession(
      testContainer({ env: ["POSTGRES_PASSWORD=env-Pa55w0rd"], command: ["x", "--password=cmd-Pa55w0rd"] }),
      shell,
      clock,
    );
    const id = writer.nextStepId();
    await writer.begin(id, 1, `mysql -p${secret}`);
    const answer = { package: "mysql", question: "mysql/root_password", type: "password", value: "deb-Pa55w0rd" };
    const process = { pid: 9, parent: 1, argv: ["redis-server", "--requirepass", "proc-Pa55w0rd"], uid: 0, cwd: null, listening: [] };
    await writer.step(
      testStep({
        id,
        typed: `mysql -p${secret}`,
        argv: ["mysql", `-p${secret}`],
        change: {
          variables: { DB_PASSWORD: scalar("var-Pa55w0rd"), COPY: scalar(`x ${secret} y`) },
          functions: { f: `f () { echo ${secret}; }` },
        },
        effect: { ...testStep().effect, debconf: [answer], processes: [process] },
        findings: [{ code: "x", message: `about ${secret}` }],
      }),
    );
    await writer.finding({ code: "x", message: `about ${secret} and tok-1234-abc` });
    const cast = await writer.openCast({ columns: 80, rows: 24 });
    cast.output(Buffer.from(`Welcome ${secret}!\r\nroot# `));
    cast.hold();
    for (const key of "mysql -pother-Pa55X\b \b") cast.output(Buffer.from(key));
    cast.output(Buffer.from("\r\n"));
    await writer.begin(writer.nextStepId(), 2, "mysql -pother-Pa55");
    cast.release("mysql -pother-Pa55");
    cast.output(Buffer.from("other-"));
    cast.output(Buffer.from("Pa55 is wrong\r\n"));
    await cast.close();
    const contents = [
      `password = ${secret}`,
      `x ${secret}`,
      "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF\n-----END PRIVATE KEY-----",
      "DB_PASSWORD=file-Pa55",
    ];
    for (const content of contents) expect(await writer.contents.put(Buffer.from(content))).toMatchObject({ kept: false, lost: "secret" });
    const kept = await writer.contents.put(Buffer.from("harmless"));
    expect(kept.kept).toBe(true);
    await writer.end(0);
    expect(await allText()).not.toMatch(/Pa55|tok-1234|hunter2|BEGIN PRIVATE/);
    const step = (await loadSteps()).find((any) => any.id === id);
    expect(step?.secrets).toEqual(["argument of mysql", "DB_PASSWORD", "COPY", "a value seen before", "mysql/root_password"]);
    expect(step?.typed).toBe("mysql -p***");
    expect(step?.change.variables?.["COPY"]).toEqual(scalar("x *** y"));
    const shown = (await readFile(writer.castPath, "utf8"))
      .split("\n")
      .slice(1, -1)
      .map((line) => JSON.parse(line)[2]);
    expect(shown.join("")).toBe("Welcome ***!\r\nroot# mysql -p***\r\n*** is wrong\r\n");
  });

  const READ: readonly (readonly [string, readonly string[]])[] = [
    ["read -s ANSWER", ["ANSWER"]],
    ["read -rsp 'Say: ' ANSWER; echo", ["ANSWER"]],
    ["read -s -t 9 ANSWER", ["ANSWER"]],
    ["read -s", ["REPLY"]],
    ["stty -echo; read ANSWER; stty echo", ["ANSWER"]],
    ["read ANSWER", []],
    ["echo read -q ANSWER", []],
  ];
  test.each(READ)("typed unseen with %j are not kept", async (typed, names) => {
    const writer = await store.startSession(container, testShell(), clock);
    const variables = { ANSWER: scalar("silent-Word"), REPLY: scalar("silent-Word") };
    await writer.step(testStep({ id: writer.nextStepId(), typed, change: { variables } }));
    await writer.step(testStep({ id: writer.nextStepId(), change: { variables: { ANSWER: scalar("another-Word") } } }));
    await writer.end(0);
    const [first, second] = await loadSteps();
    const masked = Object.entries(first?.change.variables ?? {}).filter(([, variable]) => !JSON.stringify(variable).includes("silent"));
    expect(first?.secrets).toEqual(names.length === 0 ? [] : ["ANSWER", "REPLY"]);
    expect(masked.map(([name]) => name)).toEqual(names.length === 0 ? [] : ["ANSWER", "REPLY"]);
    expect(JSON.stringify(second?.change).includes("another")).toBe(!names.includes("ANSWER"));
  });

  test("typed and never run do not reach the cast either", async () => {
    const writer = await store.startSession(container, testShell(), clock);
    const cast = await writer.openCast({ columns: 80, rows: 24 });
    cast.hold();
    cast.output(Buffer.from("mysql -pother-Pa55^C\r\n"));
    cast.hold();
    cast.output(Buffer.from("curl -u me:wrapped-Pa\r"));
    cast.output(Buffer.from("a55 \u001b[Khttps://x\r\n\u001b[?2004l\r"));
    cast.release("");
    cast.output(Buffer.from("no wrapped-Pa55\r\n"));
    cast.hold();
    cast.output(Buffer.from("ls\r\n"));
    cast.release("ls");
    await cast.close();
    await writer.end(0);
    const text = await allText();
    expect(text).not.toMatch(/Pa55|wrapped/);
    expect(text).toContain("curl -u me:*** https://x\\r\\n\\u001b[?2004l\\r");
    expect(text).toContain("no ***\\r\\n");
    expect(text).toContain("ls\\r\\n");
  });
});

describe("finding a history", () => {
  beforeEach(async () => {
    const records = [
      testContainer({ id: "aa11".repeat(16) }),
      testContainer({ id: "aa22".repeat(16) }),
      testContainer({ id: "bb33".repeat(16), name: "web2" }),
    ];
    for (const record of records) await (await store.startSession(record, testShell(), clock)).end(0);
  });

  const FOUND: readonly (readonly [string, readonly string[]])[] = [
    ["web", ["aa11", "aa22"]],
    ["/web2", ["bb33"]],
    ["we", ["aa11", "aa22", "bb33"]],
    ["bb", ["bb33"]],
    ["aa22", ["aa22"]],
    ["aa", ["aa11", "aa22"]],
    ["", []],
    [" ", []],
    ["nothing", []],
  ];
  test.each(FOUND)("by %j", async (text, ids) => {
    expect((await store.find(text)).map((found) => found.id.slice(0, 4))).toEqual(ids);
  });

  test("one, or an error that tells them apart", async () => {
    expect((await store.findOne("web2")).name).toBe("web2");
    await expect(store.findOne("web")).rejects.toMatchObject({
      code: "history-ambiguous",
      exit: 2,
      message: expect.stringMatching(/aa11aa11aa11 {2}web {2}first recorded 1970/),
    });
    await expect(store.findOne("nothing")).rejects.toMatchObject({ code: "history-unknown", exit: 2 });
    await expect(store.findOne("")).rejects.toMatchObject({ code: "history-unknown", exit: 2 });
  });

  test("follows a rename", async () => {
    await (await store.startSession(testContainer({ id: "bb33".repeat(16), name: "shop" }), testShell(), clock)).end(0);
    expect((await store.findOne("shop")).id).toBe("bb33".repeat(16));
    expect(await store.find("web2")).toEqual([]);
  });

  test("passes over what is no history", async () => {
    await appendFile(join(home, "cooper", "histories", "stray"), "x");
    await chmod(join(home, "cooper", "histories", "stray"), 0o600);
    expect(await store.list()).toHaveLength(3);
  });
});
