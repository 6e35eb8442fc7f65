import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeTempFolder, type TempFolder } from "../../src/system/file/files.ts";
import { cooperProgram, runCooper } from "../support/cli.ts";
import { removeContainer, uniqueName } from "../support/container.ts";
import { type HostOutcome, outputOf, runOnHost } from "../support/host-command.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

let name: string;
let root: TempFolder;
let registry: TestRegistry;

beforeEach(async () => {
  name = uniqueName("pull");
  root = await makeTempFolder("cooper-pull-");
  const sensor = await readFile(join(dirname(cooperProgram()), `sensor-linux-${process.arch}`));
  // It waits for a client that never says anything, and as a container's first process it takes no SIGTERM: a kind stop takes ten seconds.
  registry = await startRegistry(sensor, ["serve", "/"]);
  registry.setImage(["BASE=one"]);
  const folder = join(root.path, name);
  await mkdir(join(folder, "tests"), { recursive: true });
  await writeFile(join(folder, "Dockerfile"), `FROM ${registry.reference}:latest\nENV OWN=1\n`);
  await writeFile(
    join(folder, "compose.yaml"),
    `services: { web: { stdin_open: true, stop_signal: SIGKILL, x-cooper: { release: { stay_up: 200ms } } } }\n`,
  );
  await writeFile(join(folder, "acceptance.yaml"), `version: 1\nfiles: [{ path: /program }]\n`);
});
afterEach(async () => {
  await removeContainer(name);
  const list = await outputOf(["docker", "images", "--format", "{{.Repository}}:{{.Tag}}"]);
  const own = list
    .split("\n")
    .filter((tag) => tag.startsWith(`${name}:`) || tag.startsWith(`cooper/${name}:`) || tag.startsWith(`${registry.reference}:`));
  await runOnHost(["docker", "rmi", ...own]);
  await registry.close();
  await root.remove();
});

function cooper(...words: readonly string[]): Promise<HostOutcome> {
  return runCooper([...words, name], {
    env: { COOPER_ROOTS: root.path, COOPER_STATE: join(root.path, "state"), XDG_CONFIG_HOME: root.path },
  });
}

async function running(): Promise<string> {
  return outputOf(["docker", "inspect", "--format", "{{.Id}} {{json .Config.Env}}", name]);
}

test("a newer base image is taken in, tested and put to work; without one nothing is done", { timeout: 240_000 }, async () => {
  expect(await cooper("build", "-a")).toMatchObject({ exit: 0, stdout: expect.stringContaining("release 1") });
  expect(await cooper("up")).toMatchObject({ exit: 0 });
  const first = await running();
  expect(first).toContain("BASE=one");
  expect(await cooper("upgrade", "--pull")).toMatchObject({ exit: 0, stdout: expect.stringContaining("live already") });
  expect(await running()).toBe(first);

  registry.setImage(["BASE=two"]);
  expect(await cooper("upgrade")).toMatchObject({ exit: 0, stdout: expect.stringContaining("live already") });
  expect(await cooper("upgrade", "--pull")).toMatchObject({ exit: 0, stdout: expect.stringContaining("(release 2) is live") });
  expect(await running()).toContain("BASE=two");
});

test("an image from elsewhere is tested, promoted and gone back to as one that is built", { timeout: 240_000 }, async () => {
  await rm(join(root.path, name, "Dockerfile"));
  const settings = `services: { web: { image: "${registry.reference}", stdin_open: true, stop_signal: SIGKILL, x-cooper: { release: { stay_up: 200ms } } } }\n`;
  await writeFile(join(root.path, name, "compose.yaml"), settings);
  expect(await cooper("build", "-a")).toMatchObject({ exit: 0, stdout: expect.stringContaining("release 1") });
  expect(await cooper("up")).toMatchObject({ exit: 0 });
  expect(await running()).toContain("BASE=one");

  registry.setImage(["BASE=two"]);
  await outputOf(["docker", "pull", "-q", registry.reference]);
  expect(await cooper("restart")).toMatchObject({ exit: 0 });
  expect(await running()).toContain("BASE=one");
  expect(await cooper("upgrade", "--pull")).toMatchObject({ exit: 0, stdout: expect.stringContaining("(release 2) is live") });
  expect(await running()).toContain("BASE=two");
  expect(await cooper("rollback")).toMatchObject({ exit: 0 });
  expect(await running()).toContain("BASE=one");
  const { instances } = JSON.parse((await cooper("ps", "--json")).stdout);
  expect(instances).toMatchObject([{ image: `cooper/${name}:live`, isCurrent: true, state: "running" }]);
  const images = await cooper("images");
  expect(images.stdout).toContain(`cooper/${name}:live`);
  expect(images.stdout).toContain(`cooper/${name}:release-2`);
});
