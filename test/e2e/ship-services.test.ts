import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { REPLACE_STEPS, type ReplaceStep } from "../../src/ship/execute/model.ts";
import { RELEASE_STEPS, type ReleaseStep } from "../../src/ship/release/steps.ts";
import { cooperEnvironment, repository, runCooper } from "../support/cli.ts";
import { uniqueName } from "../support/container.ts";
import { KILLED, runCooperUntil } from "../support/cooper-until.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 400_000 });

const SERVICES = ["db", "cache", "app", "web", "job"] as const;
const prefix = uniqueName("shop");
const root = mkdtempSync(path.join(tmpdir(), "cooper-test-services-"));
const at = (...parts: readonly string[]): string => path.join(root, "units", ...parts);
const unit = (name: (typeof SERVICES)[number]): string => `${prefix}-${name}`;
const env = cooperEnvironment({
  COOPER_ROOTS: at(),
  COOPER_TEST_VOLUMES: path.join(root, "tests"),
  COOPER_STATE: path.join(root, "state"),
  XDG_CONFIG_HOME: root,
});

/** The examples, with names that nobody else has. */
function layOut(): void {
  for (const name of SERVICES) {
    cpSync(path.join(repository, "examples/services", name), at(unit(name)), { recursive: true });
    edit(name, "Dockerfile", (text) => text.replace("shop-base", `${prefix}-base`));
    edit(name, "compose.yaml", (text) =>
      text
        .replace(`  ${name}:`, `  ${unit(name)}:`)
        .replaceAll(
          /after: \[([^\]]*)\]/gu,
          (_, others: string) => `after: [${others.replaceAll(/\w+/gu, (other) => `${prefix}-${other}`)}]`,
        )
        .replace("networks: { shop: { external: true } }", `networks: { shop: { external: true, name: ${prefix} } }`),
    );
  }
  writeFileSync(at(unit("db"), "password"), "sesame", { mode: 0o600 });
}

function edit(name: (typeof SERVICES)[number], file: string, change: (text: string) => string): void {
  const place = at(unit(name), file);
  writeFileSync(place, change(readFileSync(place, "utf8")));
}

/** Runs cooper, which must end with that exit code. */
async function cooper(exit: number, ...words: readonly string[]): Promise<void> {
  const ended = await runCooper(words, { env });
  if (ended.exit !== exit) throw new Error(`cooper ${words.join(" ")} ended with ${ended.exit}:\n${ended.stdout}${ended.stderr}`);
}

async function address(): Promise<string> {
  return `http://${await outputOf(["docker", "port", unit("web"), "80/tcp"])}`;
}

/** What the web server gives, as soon as it gives anything good. */
async function ask(where: string, post?: string): Promise<string> {
  let text = "";
  await expect
    .poll(
      async () => {
        const answer = await fetch(`${await address()}${where}`, post === undefined ? {} : { method: "POST", body: post }).catch(
          () => null,
        );
        text = answer === null ? "" : await answer.text();
        return answer?.status;
      },
      { timeout: 60_000 },
    )
    .toBe(200);
  return text;
}

/** All files of production's volumes, with times and contents. */
function production(name: (typeof SERVICES)[number]): string {
  const folder = at(unit(name), "data");
  const lines = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((one) => {
    const { mtimeMs, mode, uid, size, ino } = statSync(path.join(folder, one));
    const content = statSync(path.join(folder, one)).isFile()
      ? createHash("sha256")
          .update(readFileSync(path.join(folder, one)))
          .digest("hex")
      : "";
    return [one, mtimeMs, mode, uid, size, ino, content].join(" ");
  });
  return lines.toSorted().join("\n");
}

function idOf(container: string): Promise<string> {
  return outputOf(["docker", "inspect", "-f", "{{.Id}} {{.State.StartedAt}}", container]);
}

beforeAll(async () => {
  mkdirSync(at(), { recursive: true });
  layOut();
  await outputOf(["docker", "network", "create", prefix]);
  const base = path.join(repository, "examples/services/base");
  for (let tries = 0; tries < 3; tries++) if ((await runOnHost(["docker", "build", "-q", "-t", `${prefix}-base`, base])).exit === 0) return;
  await outputOf(["docker", "build", "-q", "-t", `${prefix}-base`, base]);
});

afterAll(async () => {
  const names = await outputOf(["docker", "ps", "-aq", "--filter", `name=${prefix}`]);
  if (names !== "") await runOnHost(["docker", "rm", "-f", "-v", ...names.split("\n")]);
  const networks = await outputOf(["docker", "network", "ls", "-q", "--filter", `name=${prefix}`]);
  if (networks !== "") await runOnHost(["docker", "network", "rm", ...networks.split("\n")]);
  const images = await outputOf(["docker", "images", "--format", "{{.Repository}}:{{.Tag}}", `${prefix}-*`]);
  if (images !== "") await runOnHost(["docker", "rmi", "-f", ...images.split("\n")]);
  rmSync(root, { recursive: true, force: true });
});

test("five services from their sources to production", async () => {
  await cooper(0, "build", "-a", "--all");
  await cooper(0, "up", "--all");
  await ask("/", "kept by production");
  expect(await ask("/")).toBe("the first note\nkept by production\n");
  const visits = Number(await ask("/visits"));
  expect(Number(await ask("/visits"))).toBe(visits + 1);
  await cooper(0, "check");
  const tools = ["sh", "-c", "command -v apt-get su mount; find / -xdev -type f -perm /6000"];
  expect((await runOnHost(["docker", "exec", unit("web"), ...tools])).stdout).toBe("");
  expect(statSync(at(unit("db"), "data")).mode & 0o777).toBe(0o700);
  await expect.poll(() => readdirSync(at(unit("job"), "data")), { timeout: 60_000 }).toEqual(["report"]);
});

/** A statement in the database of one instance; gives what it selects. */
function sql(mode: "" | "test-", text: string): Promise<string> {
  const run = 'PGPASSWORD="$(cat /run/secrets/password)" psql -q -h 127.0.0.1 -U shop -d postgres -Atc "$1"';
  return outputOf(["docker", "exec", `${mode}${unit("db")}`, "sh", "-c", run, "sh", text]);
}

/** What another instance of the application answers, asked from within. */
function askBeside(mode: "test-" | "dev-", post = ""): Promise<string> {
  const script =
    "const w=process.argv[1]; fetch('http://127.0.0.1:8080/', w ? {method:'POST',body:w} : {}).then((a) => a.text()).then(console.log)";
  return outputOf(["docker", "exec", `${mode}${unit("app")}`, "node", "-e", script, ...(post === "" ? [] : [post])]);
}

test("instances of test and dev beside production work on their own, and production's data stays as it is", async () => {
  await ask("/", "before the test");
  await sql("", "create table kept as select 1 as one");
  const before = production("app");
  const containers = await Promise.all([unit("app"), unit("db")].map(idOf));
  await cooper(0, "up", "--mode", "test", unit("app"), unit("db"));
  await cooper(0, "up", "--mode", "dev", unit("app"));
  await askBeside("test-", "kept by the test");
  await askBeside("dev-", "kept by dev");
  expect(await askBeside("test-")).toBe("the first note\nkept by production\nbefore the test\nkept by the test");
  expect(await askBeside("dev-")).toBe("the first note\nkept by production\nbefore the test\nkept by dev");
  await outputOf(["docker", "exec", `test-${unit("app")}`, "sh", "-c", "echo gone > /data/notes"]);
  expect(await sql("test-", "select count(*) from pg_tables where tablename = 'kept'")).toBe("0");
  await sql("test-", "create table kept as select 2 as one");
  // Not even the names of production's services are known there.
  const lookUp = "require('dns').lookup('cache', (error) => process.exit(error ? 7 : 0))";
  expect((await runOnHost(["docker", "exec", `test-${unit("app")}`, "node", "-e", lookUp])).exit).toBe(7);
  expect(production("app")).toBe(before);
  await cooper(0, "down", "--mode", "test", unit("app"), unit("db"));
  await cooper(0, "down", "--mode", "dev", unit("app"));
  expect(await sql("", "select one from kept")).toBe("1");
  expect(production("app")).toBe(before);
  expect(await Promise.all([unit("app"), unit("db")].map(idOf))).toEqual(containers);
  const networks = await outputOf(["docker", "network", "ls", "--format", "{{.Name}}", "--filter", `name=${prefix}`]);
  expect(networks).toBe(prefix);
});

/** Where a replacement is killed, on which service, and whether the new container is the one that stays. */
const KILLS: Readonly<Record<ReplaceStep, readonly [(typeof SERVICES)[number], "old" | "new"]>> = {
  begin: ["web", "old"],
  create: ["app", "old"],
  "stop-old": ["db", "old"],
  "set-aside": ["cache", "old"],
  "take-name": ["db", "old"],
  "start-new": ["job", "old"],
  accept: ["web", "old"],
  keep: ["app", "new"],
  "remove-old": ["cache", "new"],
  "go-back": ["job", "old"],
};

test.each(REPLACE_STEPS)(
  "a restart that is killed at %s leaves what recover brings to an end: all five serve, and nothing is left over",
  async (step) => {
    const [service, stays] = KILLS[step];
    const notes = await ask("/");
    const visits = Number(await ask("/visits"));
    const [before = ""] = (await idOf(unit(service))).split(" ");
    const bad = step === "go-back" ? ["--set", 'command=["/bin/false"]'] : [];
    const killed = await runCooperUntil([step], ["restart", ...bad, unit(service)], { env });
    expect(killed).toMatchObject({ exit: KILLED });

    await cooper(0, "recover");
    const [after = ""] = (await idOf(unit(service))).split(" ");
    expect(after === before ? "old" : "new").toBe(stays);
    const list = await outputOf(["docker", "ps", "-a", "--filter", `name=${prefix}`, "--format", "{{.State}} {{.Names}}"]);
    expect(list.split("\n").toSorted()).toEqual(SERVICES.map((one) => `running ${unit(one)}`).toSorted());
    expect(await ask("/")).toBe(notes);
    expect(Number(await ask("/visits"))).toBeGreaterThan(visits);
    await expect.poll(() => sql("", "select one from kept").catch(String), { timeout: 60_000 }).toBe("1");
    expect(
      readdirSync(path.join(root, "state"), { recursive: true, encoding: "utf8" }).filter((one) => /journal.*jsonl/u.test(one)),
    ).toEqual([]);
  },
);

/** Where a release is killed, on which service and in which verb, several at once in each round. */
const RELEASES: readonly Readonly<Partial<Record<(typeof SERVICES)[number], readonly ["upgrade" | "rollback", ReleaseStep]>>>[] = [
  {
    web: ["upgrade", "build"],
    cache: ["upgrade", "test"],
    job: ["upgrade", "take-test-away"],
    db: ["rollback", "record"],
    app: ["rollback", "tag-live"],
  },
  { web: ["rollback", "conclude"], cache: ["rollback", "tag-release"], job: ["rollback", "replace"], db: ["rollback", "tag-prev"] },
];

test("a release that is killed at any step leaves what recover brings to an end: all five serve, and tags, ledger and containers are one", async () => {
  expect(RELEASES.flatMap((round) => Object.values(round).map(([, step]) => step)).toSorted()).toEqual(RELEASE_STEPS.toSorted());
  const [notes, visits] = [await ask("/"), Number(await ask("/visits"))];
  for (const name of SERVICES) edit(name, "Dockerfile", (text) => `${text}LABEL release=2\n`);
  await cooper(0, "build", ...SERVICES.map(unit));
  await cooper(0, "promote", "--allow-untested", ...SERVICES.map(unit));
  await cooper(0, "up", unit("web"));
  for (const name of SERVICES) edit(name, "Dockerfile", (text) => text.replace("release=2", "release=3"));
  for (const round of RELEASES) {
    const before = await Promise.all(SERVICES.map((one) => idOf(unit(one))));
    const kills = SERVICES.flatMap((name) => {
      const [verb, step] = round[name] ?? [];
      // The tags are made to follow the ledger before a change too.
      const steps = step?.startsWith("tag-") === true ? ["record", step] : [step ?? ""];
      return verb === undefined ? [] : [runCooperUntil(steps, [verb, unit(name)], { env })];
    });
    expect((await Promise.all(kills)).map(({ exit }) => exit)).toEqual(kills.map(() => KILLED));
    await cooper(0, "recover");
    const after = await Promise.all(SERVICES.map((one) => idOf(unit(one))));
    const isNew = SERVICES.map((one) => round[one]?.[1] === "conclude");
    expect(after.map((id, index) => id !== before[index])).toEqual(isNew);
    const list = await outputOf(["docker", "ps", "-a", "--filter", `name=${prefix}`, "--format", "{{.State}} {{.Names}}"]);
    expect(list.split("\n").toSorted()).toEqual(SERVICES.map((one) => `running ${unit(one)}`).toSorted());
    expect(await ask("/")).toBe(notes);
  }
  expect(Number(await ask("/visits"))).toBeGreaterThan(visits);
  expect(await sql("", "select one from kept")).toBe("1");
  // Where nothing was cut off, what runs is what is live.
  const [running, live] = await Promise.all(
    ["inspect -f {{.Image}}", "image inspect -f {{.Id}}"].map((words, index) =>
      outputOf(["docker", ...words.split(" "), `${unit("web")}${index === 0 ? "" : ":live"}`]),
    ),
  );
  expect(running).toBe(live);
  for (const name of SERVICES) edit(name, "Dockerfile", (text) => text.replace(/LABEL release=\d\n$/u, ""));
});

test("a good image takes over, a bad one does not, and there is a way back", async () => {
  const change = (from: string, to: string): void => edit("app", "files/app/server.mjs", (text) => text.replace(from, to));
  const notes = await ask("/");
  change('VERSION = "1"', 'VERSION = "2"');
  await cooper(0, "upgrade", unit("app"));
  expect(await ask("/version")).toBe("2");
  expect(await ask("/")).toBe(notes);
  const second = await idOf(unit("app"));

  change("server.listen", "process.exit(9);\nserver.listen");
  await cooper(1, "upgrade", unit("app"));
  expect(await idOf(unit("app"))).toBe(second);
  change("process.exit(9);\n", "");

  // It works where it is tested, and not on production's data.
  change(
    "server.listen",
    'if ((await readFile(FILE, "utf8")).includes("by production") && process.env.HOSTNAME === HOME) process.exit(3);\nserver.listen',
  );
  change("const FILE", `const HOME = ${JSON.stringify(unit("app"))};\nconst FILE`);
  await cooper(6, "upgrade", unit("app"));
  expect(await ask("/version")).toBe("2");
  expect((await idOf(unit("app"))).slice(0, 64)).toBe(second.slice(0, 64));
  expect(await ask("/")).toBe(notes);

  await cooper(0, "rollback", unit("app"));
  expect(await ask("/version")).toBe("1");
  expect(await ask("/")).toBe(notes);
  const states = await runOnHost(["grep", "-rl", "sesame", path.join(root, "state")]);
  expect(states.stdout).toBe("");
  expect(await outputOf(["docker", "inspect", unit("db")])).not.toContain("sesame");
  await cooper(0, "down", "--all");
  expect(await outputOf(["docker", "ps", "-aq", "--filter", `name=${prefix}`])).toBe("");
});
