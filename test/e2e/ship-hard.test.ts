import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeTempFolder, type TempFolder } from "../../src/system/file/files.ts";
import { runCooper } from "../support/cli.ts";
import { uniqueName } from "../support/container.ts";
import { runCooperWith } from "../support/cooper-until.ts";
import { type HostOutcome, outputOf, runOnHost } from "../support/host-command.ts";

vi.setConfig({ testTimeout: 240_000 });

const word = uniqueName("hard");
const one = `${word}-one`;
const two = `${word}-two`;
let root: TempFolder;

beforeAll(async () => {
  root = await makeTempFolder("cooper-hard-");
});
afterAll(async () => {
  const ids = await outputOf(["docker", "ps", "--all", "--quiet", "--filter", `name=${word}`]);
  if (ids !== "") await runOnHost(["docker", "rm", "--force", ...ids.split("\n")]);
  for (const kind of ["network", "volume"]) {
    const names = await outputOf(["docker", kind, "ls", "--quiet", "--filter", `name=${word}`]);
    if (names !== "") await runOnHost(["docker", kind, "rm", ...names.split("\n")]);
  }
  const tags = await outputOf(["docker", "images", "--format", "{{.Repository}}:{{.Tag}}", `${word}-*`]);
  if (tags !== "") await runOnHost(["docker", "rmi", ...tags.split("\n")]);
  await root.remove();
});

function cooper(...args: readonly string[]): Promise<HostOutcome> {
  return runCooper(args, { env: { COOPER_ROOTS: root.path, COOPER_STATE: join(root.path, "state"), XDG_CONFIG_HOME: root.path } });
}

const says = (exit: number, text: string): object =>
  exit === 0 ? { exit, stdout: expect.stringContaining(text) } : { exit, stderr: expect.stringContaining(text) };

/** A unit that waits, with more settings in JSON. */
async function writeUnit(name: string, more: object, release: object = {}): Promise<void> {
  const service = {
    command: ["sleep", "infinity"],
    stop_signal: "SIGKILL",
    ...more,
    "x-cooper": { release: { stay_up: "100ms", ...release } },
  };
  await mkdir(join(root.path, name), { recursive: true });
  await writeFile(join(root.path, name, "compose.yaml"), JSON.stringify({ services: { [name]: service } }));
}

function idOf(reference: string): Promise<string> {
  return outputOf(["docker", "inspect", "--format", "{{.Id}}", reference]);
}

test("promoting twice keeps what was before; what is missing or pruned is not promoted nor gone back to; a full disk changes nothing", async () => {
  const built = `${word}-${uniqueName("built")}`;
  await writeUnit(built, {});
  const dockerfile = (lines: string): Promise<void> =>
    writeFile(join(root.path, built, "Dockerfile"), `FROM debian:bookworm\nENV OWN=${built}\n${lines}\n`);
  await dockerfile("ENV WORD=one");
  expect(await cooper("promote", built)).toMatchObject(says(2, "image-not-built"));
  expect(await cooper("rollback", built)).toMatchObject(says(2, "release-unknown"));
  expect(await cooper("build", "-a", "--allow-untested", built)).toMatchObject(says(0, "release 1"));
  const first = await idOf(`${built}:live`);
  await dockerfile("ENV WORD=two");
  expect(await cooper("build", "-a", "--allow-untested", built)).toMatchObject(says(0, "release 2"));
  expect(await cooper("promote", built)).toMatchObject(says(0, "live already"));
  expect(await idOf(`${built}:prev`)).toBe(first);
  const second = await idOf(`${built}:live`);

  await dockerfile("RUN cat /dev/zero > /dev/full");
  expect(await cooper("build", "-a", "--allow-untested", built)).toMatchObject(says(1, "No space left on device"));
  await outputOf(["docker", "rmi", `${built}:prev`, `${built}:release-1`]);
  expect(await cooper("rollback", built)).toMatchObject(says(4, "release-gone"));
  expect([await idOf(`${built}:live`), await idOf(`${built}:latest`)]).toEqual([second, second]);
  expect(await cooper("recover", built)).toMatchObject(says(0, "nothing was cut off"));
});

test("a full disk: no verb changes anything, what was begun goes back, and where there is room again all goes on", async () => {
  const [unit, state] = [`${word}-full`, join(root.path, "full")];
  const env = { COOPER_ROOTS: root.path, COOPER_STATE: state, XDG_CONFIG_HOME: root.path };
  const verb = (...args: readonly string[]): Promise<HostOutcome> => runCooper(args, { env });
  // The rest of the last page of each file is room, too.
  const fill = `const state = ${JSON.stringify(state)};
  for (const name of fs.readdirSync(state, { recursive: true })) {
    const stats = fs.statSync(state + "/" + name);
    if (stats.isFile()) fs.appendFileSync(state + "/" + name, " ".repeat(4096 - (stats.size % 4096)));
  }
  try { fs.writeFileSync(state + "/fill", Buffer.alloc(1e6)) } catch {}`;
  await writeUnit(unit, {}, { strategy: "stop-first" });
  await writeFile(join(root.path, unit, "Dockerfile"), `FROM debian:bookworm\nENV OWN=${unit}\n`);
  await mkdir(state);
  await outputOf(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", state]);
  try {
    expect(await verb("build", "-a", "--allow-untested", unit)).toMatchObject(says(0, "release 1"));
    expect(await verb("up", unit)).toMatchObject({ exit: 0 });
    const running = (): Promise<string> => outputOf(["docker", "inspect", "--format", "{{.Id}} {{.State.Running}}", unit]);
    const before = await running();
    // The old one is stopped by then.
    expect(await runCooperWith(fill, ["stop-old"], { args: ["restart", unit], env })).toMatchObject(
      says(6, "The old one is back and runs"),
    );
    expect(await running()).toBe(before);
    // What the journal had is room again.
    await writeFile(join(state, "more"), Buffer.alloc(1e6)).catch(() => undefined);
    const verbs = ["up", "run", "restart", "promote", "rollback", "down"].map((one) => verb(one, unit));
    for (const ended of await Promise.all(verbs)) expect(ended).toMatchObject(says(4, "docs/findings/disk-full.md"));
    expect(await running()).toBe(before);
    await rm(join(state, "fill"));
    expect(
      await runCooperWith(fill, ["record"], { args: ["promote", "--allow-untested", "--image", "debian:bookworm", unit], env }),
    ).toMatchObject(says(4, "disk-full"));
    await rm(join(state, "fill"));
    expect(await verb("releases", unit)).toMatchObject(says(0, "live  1"));
    expect(await verb("promote", "--allow-untested", "--image", "debian:bookworm", unit)).toMatchObject(says(0, "release 2"));
    expect(await verb("rollback", unit)).toMatchObject({ exit: 0 });
    expect(await verb("down", unit)).toMatchObject({ exit: 0 });
  } finally {
    await outputOf(["umount", "-l", state]);
  }
});

const NEVER = { healthcheck: { test: ["CMD", "true"], interval: "1h", retries: 1 } };
const FLAPS = "test -e /tmp/was || { touch /tmp/was; exit 1; }";

test("health that never comes brings the old one back; health that comes late is waited for; one that does not stop is ended", async () => {
  const own = { image: "debian:bookworm" };
  await writeUnit(one, own);
  expect(await cooper("up", one)).toMatchObject({ exit: 0 });
  const first = await idOf(one);
  await writeUnit(one, { ...own, ...NEVER }, { deadline: "2s" });
  expect(await cooper("up", one)).toMatchObject(says(6, "its health check did not succeed within 2 s"));
  expect(await idOf(one)).toBe(first);

  // The first process of a container ends by no signal that it does not ask for.
  const stubborn = { ...own, stop_signal: "SIGTERM", stop_grace_period: "1s" };
  await writeUnit(one, { ...stubborn, healthcheck: { test: ["CMD-SHELL", FLAPS], interval: "1s", retries: 3 } });
  expect(await cooper("up", one)).toMatchObject(says(0, "health"));
  const second = await idOf(one);
  expect(second).not.toBe(first);
  await writeUnit(one, own);
  expect(await cooper("restart", one)).toMatchObject({ exit: 0 });
  const left = await outputOf(["docker", "ps", "--all", "--filter", `name=${one}`, "--format", "{{.Names}} {{.State}}"]);
  expect(left).toBe(`${one} running`);
});

test("a port that another has is told, and leaves nothing of the new one", async () => {
  const holder = await outputOf([
    "docker",
    "run",
    "--detach",
    "--publish",
    "127.0.0.1::80",
    "--name",
    `${word}-${uniqueName("holder")}`,
    "debian:bookworm",
    "sleep",
    "infinity",
  ]);
  const port = (await outputOf(["docker", "port", holder, "80/tcp"])).split(":").at(-1) ?? "";
  await writeUnit(two, { image: "debian:bookworm", ports: [`127.0.0.1:${port}:80`] });
  const refused = await cooper("up", two);
  expect(refused).toMatchObject(says(1, "not-accepted"));
  expect(refused.stderr).toContain(port);
  expect(await outputOf(["docker", "ps", "--all", "--quiet", "--filter", `name=${two}`])).toBe("");
  expect(await cooper("recover")).toMatchObject(says(0, "nothing was cut off"));
});

test("clean takes away what is left beside production, and untagged images; production stays", async () => {
  const name = `${word}-${uniqueName("clean")}`;
  const volumes = { volumes: ["data:/data"] };
  await writeUnit(name, volumes);
  const file = join(root.path, name, "compose.yaml");
  const { services } = JSON.parse(await readFile(file, "utf8"));
  services[name]["x-cooper"].mounts = { "/data": { test: "empty" } };
  await writeFile(file, JSON.stringify({ services, volumes: { data: {} } }));
  await writeFile(join(root.path, name, "Dockerfile"), `FROM debian:bookworm\nENV WORD=${name}-one\n`);
  expect(await cooper("build", "-a", "--allow-untested", name)).toMatchObject({ exit: 0 });
  expect(await cooper("up", name)).toMatchObject({ exit: 0 });
  await writeFile(join(root.path, name, "Dockerfile"), `FROM debian:bookworm\nENV WORD=${name}-two\n`);
  await cooper("build", name);
  const unused = await idOf(`${name}:latest`);
  await writeFile(join(root.path, name, "Dockerfile"), `FROM debian:bookworm\nENV WORD=${name}-three\n`);
  await cooper("build", name);
  expect(await cooper("up", "--mode", "test", name)).toMatchObject({ exit: 0 });
  expect(await cooper("clean", name)).toMatchObject({ exit: 0, stdout: expect.stringContaining(unused.slice(7, 19)) });
  expect(await cooper("clean", name)).toMatchObject(says(0, "nothing left"));

  await outputOf(["docker", "kill", `test-${name}`]);
  const things = (): Promise<string> =>
    outputOf([
      "sh",
      "-c",
      'docker ps -a --format "{{.Names}}" --filter "name=$0"; docker network ls --format "{{.Name}}" --filter "name=$0"; docker volume ls -q --filter "name=$0"',
      name,
    ]);
  const before = await things();
  const would = await cooper("clean", "--dry-run", name);
  expect(would).toMatchObject({
    exit: 0,
    stdout: `${name}: would go: container test-${name}, network test-${name}, volume test-${name}_data\n`,
  });
  expect(await things()).toBe(before);
  expect(await cooper("clean", name)).toMatchObject({ exit: 0, stdout: would.stdout.replace("would go", "gone") });
  expect(await things()).toBe(`${name}\n${name}_data`);
  expect(await cooper("down", name)).toMatchObject({ exit: 0 });
  await outputOf(["docker", "volume", "rm", `${name}_data`]);
});
