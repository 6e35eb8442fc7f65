import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ignoreEvents } from "../../src/base/events.ts";
import { makePlan } from "../../src/ship/plan/make-plan.ts";
import type { PlanFacts } from "../../src/ship/plan/model.ts";
import type { Place, Prepared } from "../../src/ship/provision/place.ts";
import { prepareMachine } from "../../src/ship/provision/prepare-machine.ts";
import { forgetSecrets } from "../../src/ship/secrets/forget-secrets.ts";
import type { Mode } from "../../src/ship/settings/modes.ts";
import { resolveSettings } from "../../src/ship/settings/resolve.ts";
import { testSources } from "../../src/ship/settings/test-sources.ts";
import { inspectImage } from "../../src/engine/image/image.ts";
import { inspectContainer } from "../../src/engine/container/container.ts";
import { startContainer, type TestContainer, removeContainer, uniqueName } from "../support/container.ts";
import { cooperEnvironment, cooperProgram } from "../support/cli.ts";
import { openTerminal, type TestTerminal } from "../support/terminal.ts";
import { testEngine } from "../support/engine.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";

const root = mkdtempSync(path.join(tmpdir(), "cooper-test-provision-"));
const at = (...parts: string[]): string => path.join(root, ...parts);
const volumes = at("volumes");
const tests = at("tests");
let box: TestContainer;

interface Case {
  readonly mode?: Mode;
  readonly top?: string;
  readonly around?: Partial<Place["around"]>;
}

/** Carries out what a unit with these keys asks of the machine. */
async function prepare(lines: string, { mode = "prod", top = "", around = {} }: Case = {}): Promise<Prepared> {
  const engine = await testEngine();
  const unit = `services:\n  web:\n    image: debian:bookworm\n${lines.replaceAll(/^/gmu, "    ")}\n${top}`;
  const settings = { ...resolveSettings(testSources({ unit, mode })), folder: at("unit") };
  const { id } = await inspectImage(engine, "debian:bookworm");
  const facts: PlanFacts = {
    home: homedir(),
    env: { SECRET: "from the environment", ...around.env },
    volumes,
    testVolumes: tests,
    images: { "debian:bookworm": id },
    released: null,
    networks: [],
    containers: [],
    envFiles: [],
    address: null,
  };
  return prepareMachine(makePlan(settings, facts), {
    engine,
    settings,
    host: facts,
    around: { env: facts.env, home: facts.home, cwd: root, ...around },
    ask: async (question) => (question === "known" ? "asked" : null),
    emit: ignoreEvents,
  });
}

/** All about what lies outside of the volumes, as text. */
function outside(): string {
  return execFileSync("find", [at("outside"), "-printf", "%p %y %m %u %g %n %s %T@\n"], { encoding: "utf8" });
}

beforeAll(async () => {
  for (const folder of ["outside/folder", "volumes/web", "tests", "unit"]) mkdirSync(at(folder), { recursive: true });
  writeFileSync(at("outside/precious"), "precious");
  writeFileSync(at("outside/folder/file"), "file");
  box = await startContainer({ args: ["-v", `${root}:/root-of-all`] });
});

beforeEach(() => {
  for (const folder of ["volumes", "tests"]) {
    rmSync(at(folder), { recursive: true, force: true });
    mkdirSync(at(folder, folder === "volumes" ? "web" : ""), { recursive: true });
  }
});

afterAll(async () => {
  await removeContainer(box.name);
  rmSync(root, { recursive: true, force: true });
});

const provision = (...items: readonly string[]): string => `volumes: ['${volumes}/web:/v']\nx-cooper:\n  provision: [${items.join(", ")}]`;

test("folders and files are made with the image's own users, and once only", async () => {
  writeFileSync(at("unit/here"), "from a file");
  const lines = `volumes: ['${volumes}/web/data:/v']
x-cooper:
  mounts: { /v: { owner: www-data, group: staff, mode: '2750' } }
  provision:
    - { path: /v/sub/text, kind: file, owner: www-data, mode: '0600', content: { text: "it's" } }
    - { path: /v/sub/file, kind: file, owner: '1234', content: { file: here } }
    - { path: /v/sub/made, kind: file, group: mail, content: { command: [sh, -c, 'echo made by $$0', me] } }
    - { path: /v/deep/er, kind: folder, owner: games }
    - { path: /v/test, kind: folder, only: [test] }`;
  await prepare(lines);
  const look = (): string =>
    execFileSync("find", [at("volumes/web"), "-mindepth", "1", "-printf", "%P %y %m %U:%G\n"], { encoding: "utf8" });
  const first = look();
  expect(first.trim().split("\n").toSorted()).toEqual([
    "data d 2750 33:50",
    "data/deep d 755 0:50",
    "data/deep/er d 755 5:60",
    "data/sub d 755 0:50",
    "data/sub/file f 644 1234:1234",
    "data/sub/made f 644 0:8",
    "data/sub/text f 600 33:33",
  ]);
  expect(["text", "file", "made"].map((name) => readFileSync(at("volumes/web/data/sub", name), "utf8"))).toEqual([
    "it's",
    "from a file",
    "made by me\n",
  ]);
  writeFileSync(at("volumes/web/data/sub/text"), "the service's own");
  await prepare(lines);
  expect(look()).toBe(first);
  expect(readFileSync(at("volumes/web/data/sub/text"), "utf8")).toBe("the service's own");
});

const planted: readonly (readonly [string, string, string])[] = [
  ["a link for the first folder", "ln -s OUT/folder web/a", "{path: /v/a/b/file, kind: file}"],
  ["a link for the second folder", "mkdir web/a; ln -s OUT/folder web/a/b", "{path: /v/a/b/c/file, kind: file}"],
  ["a link for the last folder", "ln -s ../../outside/folder web/a", "{path: /v/a, kind: folder}"],
  ["a link that leads nowhere yet", "ln -s OUT/new web/a", "{path: /v/a, kind: file, content: {text: x}}"],
  ["a link for the file", "ln -s OUT/precious web/a", "{path: /v/a, kind: file, content: {text: x}}"],
  ["a second name for the file", "ln OUT/precious web/a", "{path: /v/a, kind: file, owner: '7'}"],
  ["a pipe for the file", "mkfifo web/a", "{path: /v/a, kind: file}"],
  ["a device for the file", "mknod web/a c 1 3", "{path: /v/a, kind: file}"],
  ["a file for a folder", "echo x > web/a", "{path: /v/a/b, kind: folder}"],
  ["a folder for the file", "mkdir web/a", "{path: /v/a, kind: file}"],
  ["a link for the volume itself", "rmdir web; ln -s OUT/folder web", "{path: /v/b, kind: folder, owner: '7'}"],
];

test.each(planted)("%s is refused, and nothing outside is touched", async (_, plant, item) => {
  execFileSync("sh", ["-ec", plant.replaceAll("OUT", at("outside"))], { cwd: volumes });
  const before = outside();
  await expect(prepare(provision(item))).rejects.toMatchObject({ code: "path-unsafe" });
  expect(outside()).toBe(before);
  // The second name itself is taken away again, so that the next test counts names from one.
  rmSync(at("volumes"), { recursive: true, force: true });
});

const filled = (policy: string, more = ""): string =>
  `volumes: ['${volumes}/web:/v']\nx-cooper: { mounts: { /v: { test: ${policy}${more} } } }`;

test("a test's folder is emptied and filled, whatever the last test left in it; production's stays as it is", async () => {
  mkdirSync(at("volumes/web/a"));
  writeFileSync(at("volumes/web/a/data"), "data");
  execFileSync("chown", ["-R", "33:50", at("volumes/web")]);
  await box.run("mknod", "/root-of-all/volumes/web/device", "c", "1", "3");
  await prepare(filled("copy"), { mode: "test" });
  const copy = at("tests/test-web/v");
  const hostile = `ln -s ${at("outside/folder")} link; ln /root-of-all/outside/precious name; mkfifo pipe; mknod node b 7 0
    perl -e 'for (1 .. 1500) { mkdir "d"; chdir "d" or die }'; ln -s / root; ln -s ${volumes}/web a/production; touch "$(printf 'bad\\377\\n')"`;
  await box.run("sh", "-ec", `cd /root-of-all/tests/test-web/v; ${hostile}`);
  const before = outside().replace(/precious f (\d+) (\S+ \S+) 2/u, "precious f $1 $2 1");
  await prepare(filled("copy", ", max_size: 4"), { mode: "test" });
  expect(readdirSync(copy)).toEqual(["a"]);
  expect(readFileSync(path.join(copy, "a/data"), "utf8")).toBe("data");
  expect(statSync(path.join(copy, "a/data"))).toMatchObject({ uid: 33, gid: 50 });
  expect(readdirSync(at("volumes/web"), { recursive: true }).toSorted()).toEqual(["a", "a/data", "device"]);
  expect(outside()).toBe(before);
  await prepare(filled("tree"), { mode: "test" });
  expect(readdirSync(copy, { recursive: true })).toEqual(["a"]);
  await prepare(filled("empty"), { mode: "test" });
  expect(readdirSync(copy)).toEqual([]);
  expect(statSync(copy)).toMatchObject({ uid: 33, gid: 50 });
});

test.each<readonly [string, string, () => void, string]>([
  ["test-volumes-unsafe", "is a link to production", () => (rmSync(tests, { recursive: true }), symlinkSync(volumes, tests)), "empty"],
  ["path-unsafe", "holds a link to production", () => symlinkSync(volumes, at("tests/test-web")), "empty"],
  [
    "path-unsafe",
    "holds a link to production",
    () => (
      mkdirSync(at("tests/test-web")),
      writeFileSync(at("tests/test-web/.cooper"), ""),
      symlinkSync(at("volumes/web"), at("tests/test-web/v"))
    ),
    "empty",
  ],
  [
    "test-volumes-unsafe",
    "holds somebody's data",
    () => (mkdirSync(at("tests/test-web")), writeFileSync(at("tests/test-web/mine"), "x")),
    "empty",
  ],
  ["copy-refused", "would get too much", () => {}, "copy, max_size: 3"],
])("%s: the folder for tests %s", async (code, _, plant, policy) => {
  writeFileSync(at("volumes/web/data"), "data");
  plant();
  await expect(prepare(filled(policy), { mode: "test" })).rejects.toMatchObject({ code, exit: 2 });
  expect(readFileSync(at("volumes/web/data"), "utf8")).toBe("data");
  if (code === "copy-refused") expect(readdirSync(tests)).toEqual([]);
  rmSync(tests, { recursive: true, force: true });
});

test("a service that exchanges folders for links all the time leads nothing out of its volume", async () => {
  const outer = at("outside/folder");
  const race = `use strict; my ($at, $out) = @ARGV; chdir $at or die; mkdir "real"; symlink $out, "link"; my $count = 0;
    while (1) { rename "real", "a"; rename "a", "real"; rename "link", "a"; rename "a", "link"; mkdir "real"; if (++$count == 100) { open my $file, ">", "raced" } }`;
  mkdirSync(at("tests/test-web/v"), { recursive: true });
  writeFileSync(at("tests/test-web/.cooper"), "");
  writeFileSync(at("volumes/web/data"), "data");
  for (const place of ["volumes/web", "tests/test-web"])
    await outputOf([
      "docker",
      "exec",
      "-d",
      box.name,
      "perl",
      "-e",
      place === "volumes/web" ? race : race.replaceAll('"a"', '"v"'),
      `/root-of-all/${place}`,
      outer,
    ]);
  await expect
    .poll(() => readdirSync(at("volumes/web")).includes("raced") && readdirSync(at("tests/test-web")).includes("raced"), {
      timeout: 60_000,
    })
    .toBe(true);
  const before = outside();
  const outcomes = new Set<string>();
  try {
    for (let round = 0; round < 12; round++) {
      for (const attempt of [
        () => prepare(provision(`{path: /v/a/b/file${round}, kind: file, owner: '7', content: {text: x}}`)),
        () => prepare(filled("copy"), { mode: "test" }),
      ]) {
        outcomes.add(
          await attempt().then(
            () => "made",
            (error: { readonly code?: string; readonly message: string }) => error.code ?? error.message,
          ),
        );
      }
    }
    expect([...outcomes].filter((one) => !["made", "path-unsafe", "copy-refused"].includes(one))).toEqual([]);
    expect(outside()).toBe(before);
  } finally {
    const end = "for file in /proc/[0-9]*/comm; do grep -qs perl $file && kill -9 $(echo $file | tr -dc 0-9) && left=1; done";
    await box.run("sh", "-c", `left=1; while [ $left = 1 ]; do left=0; ${end}; sleep 0.1; done`);
  }
});

test("files are made in a named volume, and a test never makes them in production's", async () => {
  const name = uniqueName("volume");
  const lines = (policy: string): string => `volumes: ['data:/v']
x-cooper: { mounts: { /v: { test: ${policy} } }, provision: [{ path: /v/sub/file, kind: file, owner: mail, content: { text: hi } }] }`;
  const top = `volumes: { data: { name: ${name} } }`;
  try {
    await expect(prepare(lines("share"), { mode: "test", top })).rejects.toMatchObject({ code: "mode-not-isolated" });
    await prepare(lines("share"), { top });
    await prepare(lines("share"), { mode: "test", top });
    const look = [
      "docker",
      "run",
      "--rm",
      "-v",
      `${name}:/v`,
      "debian:bookworm",
      "sh",
      "-c",
      "stat -c '%U %a' /v/sub/file; cat /v/sub/file",
    ];
    expect(await outputOf(look)).toBe("mail 644\nhi");
    expect(await outputOf(["docker", "volume", "inspect", "-f", "{{json .Labels}}", name])).toContain('"cooper.unit":"web"');
  } finally {
    await runOnHost(["docker", "volume", "rm", name]);
  }
});

const secrets = `secrets:
  plain: { file: ./plain }
  variable: { environment: SECRET }
  command: { x-cooper: { command: [sh, -c, 'echo from a command'] } }
  prompt: { x-cooper: { prompt: known } }`;

test("secrets are files in memory that the container's user alone can read, and nothing else tells them", async () => {
  writeFileSync(at("unit/plain"), "from a file\n");
  const lines =
    "user: www-data\nsecrets: [plain, variable, {source: command, target: /etc/own}, {source: prompt, uid: games, mode: '0440'}]";
  const prepared = await prepare(lines, { top: secrets });
  const name = uniqueName("secrets");
  const flags = prepared.mounts.flatMap(({ source, target }) => ["--mount", `type=bind,source=${source ?? ""},target=${target},readonly`]);
  try {
    await outputOf(["docker", "run", "-d", "--name", name, "--user", "www-data", ...flags, "debian:bookworm", "sleep", "infinity"]);
    const inside = (user: string, command: string): Promise<{ readonly stdout: string }> =>
      runOnHost(["docker", "exec", "--user", user, name, "sh", "-c", command]);
    const all = "cd /run/secrets; cat plain variable /etc/own 2>&1";
    expect((await inside("www-data", all)).stdout).toBe("from a file\nfrom the environmentfrom a command");
    expect((await inside("nobody", all)).stdout.match(/Permission denied/gu)).toHaveLength(3);
    expect((await inside("games", "cat /run/secrets/prompt")).stdout).toBe("asked");
    expect((await inside("root", "stat -f -c %T /run/secrets/plain; stat -c '%a %U' /run/secrets/*")).stdout).toBe(
      "tmpfs\n400 www-data\n440 games\n400 www-data\n",
    );
    expect((await inside("root", "echo x > /run/secrets/plain")).stdout).toBe("");
    expect(await outputOf(["docker", "inspect", name])).not.toMatch(/from (a|the) /u);
    const [source = ""] = prepared.mounts.map((mount) => mount.source ?? "");
    await outputOf(["docker", "restart", "-t", "0", name]);
    expect((await inside("www-data", "cat /run/secrets/variable")).stdout).toBe("from the environment");
    forgetSecrets(await inspectContainer(await testEngine(), name));
    expect(() => lstatSync(path.dirname(source))).toThrow(/ENOENT/u);
    // What a run that was killed has left is swept up by the next one.
    const killed = await prepare(lines, { top: secrets });
    const next = await prepare(lines, { top: secrets });
    expect(existsSync(killed.mounts[0]?.source ?? "")).toBe(false);
    expect(existsSync(next.mounts[0]?.source ?? "")).toBe(true);
    await next.release();
    expect(existsSync(next.mounts[0]?.source ?? "")).toBe(false);
  } finally {
    await removeContainer(name);
    await prepared.release();
  }
});

test.each<readonly [string, string]>([
  ["plain: { file: ./nowhere }", "there is no file"],
  ["plain: { x-cooper: { command: [sh, -c, 'echo hush; exit 3'] } }", "sh ended with 3"],
  ["plain: { x-cooper: { command: [no-such-program] } }", "could not be run"],
  ["plain: { x-cooper: { command: ['true'] } }", "it is empty"],
  ["plain: { x-cooper: { prompt: unknown } }", "nobody can be asked"],
])("a missing secret stops before anything happened: %s", async (source, why) => {
  const given = prepare(`volumes: ['${volumes}/web/new:/v']\nsecrets: [plain]`, { top: `secrets: { ${source} }` });
  await expect(given).rejects.toMatchObject({ code: "secret-missing", exit: 2, message: expect.stringContaining(why) });
  expect(readdirSync(at("volumes/web"))).toEqual([]);
});

test("a secret is asked for at the terminal without being shown; ^C there leaves nothing", async () => {
  const name = uniqueName("asked");
  const folder = at("units", name);
  mkdirSync(folder, { recursive: true });
  const unit = `services: { ${name}: { image: "debian:bookworm", command: [sleep, infinity], init: true, secrets: [word], x-cooper: { release: { stay_up: 1s } } } }`;
  writeFileSync(path.join(folder, "compose.yaml"), `${unit}\nsecrets: { word: { x-cooper: { prompt: "The word" } } }\n`);
  const env = cooperEnvironment({ XDG_CONFIG_HOME: root, COOPER_STATE: at("state") });
  const up = (): TestTerminal => openTerminal([process.execPath, cooperProgram(), "up", folder], { env });
  try {
    const stopped = up();
    await stopped.waitFor(/The word: /u);
    stopped.keys("\u0003");
    expect(await stopped.waitForExit()).toBe(130);
    stopped.close();
    const terminal = up();
    await terminal.waitFor(/The word: /u);
    terminal.keys("sesame\r");
    expect(await terminal.waitForExit()).toBe(0);
    expect(terminal.raw()).not.toContain("sesame");
    terminal.close();
    expect(await outputOf(["docker", "exec", name, "cat", "/run/secrets/word"])).toBe("sesame");
  } finally {
    forgetSecrets(await inspectContainer(await testEngine(), name).catch(() => ({ mounts: [] })));
    await removeContainer(name);
  }
});
