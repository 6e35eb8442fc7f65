import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLedger } from "../../src/ship/release/ledger.ts";
import { followRecords } from "../../src/ship/release/releases.ts";
import { RELEASE_STEPS, type ReleaseStep } from "../../src/ship/release/steps.ts";
import { shipState } from "../../src/ship/units/ship-state.ts";
import { makeTempFolder, type TempFolder } from "../../src/system/files.ts";
import { runCooper } from "../support/cli.ts";
import { removeContainer, uniqueName } from "../support/container.ts";
import { testEngine } from "../support/engine.ts";
import { type HostOutcome, outputOf, runOnHost } from "../support/host-command.ts";

const SERVER =
  "use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalPort => 80, Listen => 5) or die; while (my $c = $s->accept) { close $c }";
const name = uniqueName("release");
let folder: TempFolder;
let program: TempFolder;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = await makeTempFolder("cooper-release-kill-");
  program = await makeTempFolder("cooper-release-kill-");
  env = { COOPER_ROOTS: folder.path, COOPER_STATE: join(folder.path, "state"), XDG_CONFIG_HOME: folder.path };
  const entryPoints = [fileURLToPath(new URL("./ship-release-program.ts", import.meta.url))];
  const banner = { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' };
  const options = { bundle: true, format: "esm", platform: "node", target: "node20", logLevel: "error", banner } as const;
  await build({ ...options, entryPoints, outfile: join(program.path, "program.mjs") });
  await mkdir(join(folder.path, name, "tests"), { recursive: true });
  await writeFile(join(folder.path, name, "compose.yaml"), `services: { web: { ports: ["80"], stop_signal: SIGKILL } }\n`);
  await writeFile(join(folder.path, name, "tests", "runs"), '#!/bin/sh\ntest -n "$COOPER_PORT_80"\n');
  await chmod(join(folder.path, name, "tests", "runs"), 0o755);
  for (const version of ["one", "two"]) images[version] = await buildVersion(version);
  await run("put", images["one"]);
});
afterAll(async () => {
  await Promise.all([name, `test-${name}`].map(removeContainer));
  await runOnHost(["docker", "network", "rm", `test-${name}`]);
  const tags = await outputOf(["docker", "images", "--format", "{{.Repository}}:{{.Tag}}", name]);
  await runOnHost(["docker", "rmi", ...tags.split("\n")]);
  await Promise.all([folder.remove(), program.remove()]);
});

const images: Record<string, string> = {};

async function buildVersion(version: string): Promise<string> {
  const lines = ["FROM debian:bookworm", `ENV VERSION=${version}`, `CMD ${JSON.stringify(["perl", "-e", SERVER])}`];
  await writeFile(join(folder.path, name, "Dockerfile"), `${lines.join("\n")}\n`);
  await runCooper(["build", name], { env });
  return imageOf(`${name}:latest`);
}

/** "put" promotes an image and puts it to work. */
function run(verb: "put" | "promote" | "rollback" | "upgrade", image = "", step?: ReleaseStep): Promise<HostOutcome> {
  const argv = [process.execPath, join(program.path, "program.mjs"), name, verb, image];
  return runOnHost(argv, { env: { ...env, COOPER_TEST_STEP: step } });
}

function imageOf(reference: string): Promise<string> {
  return outputOf(["docker", "image", "inspect", "--format", "{{.Id}}", reference]);
}

async function running(): Promise<readonly string[]> {
  const format = "{{.Id}} {{.Image}} {{.State.Running}}";
  return (await outputOf(["docker", "inspect", "--format", format, name])).split(" ");
}

async function containers(): Promise<readonly string[]> {
  const list = await outputOf(["docker", "ps", "--all", "--filter", `name=${name}`, "--format", "{{.Names}}"]);
  return list.split("\n").toSorted();
}

async function current(): Promise<string | undefined> {
  const { ledger } = shipState(join(folder.path, "state"), await testEngine());
  const { current: release, isOpen } = followRecords(await openLedger(ledger(name), Date.now).read());
  expect(isOpen).toBe(false);
  return release?.image;
}

/** What the ledger says, what is tagged live and what runs are one. */
async function expectSettled(image: string | undefined): Promise<void> {
  const [, runs, isRunning] = await running();
  expect([runs, isRunning, await imageOf(`${name}:live`), await current()]).toEqual([image, "true", image, image]);
  expect(await containers()).toEqual([name]);
}

const BEFORE: readonly ReleaseStep[] = ["build", "test", "take-test-away"];
const isNew = (step: ReleaseStep): boolean => step === "conclude";

test.each(RELEASE_STEPS)("an upgrade is killed at %s: one serves, and the next ends what was begun", { timeout: 240_000 }, async (step) => {
  const [old, from] = await running();
  const to = from === images["one"] ? "two" : "one";
  if (BEFORE.includes(step)) await buildVersion(to);
  const killed = BEFORE.includes(step) ? await run("upgrade", "", step) : await run("put", images[to], step);
  expect(killed.exit).not.toBe(0);
  const [id, image, isRunning] = await running();
  expect([image, isRunning]).toEqual([isNew(step) ? images[to] : from, "true"]);
  if (!isNew(step)) expect(id).toBe(old);
  expect(await containers()).toEqual(step === "take-test-away" ? [name, `test-${name}`] : [name]);

  const again = BEFORE.includes(step) ? await run("upgrade") : await run("put", images[to]);
  expect(again).toMatchObject({ exit: 0, stderr: "" });
  await expectSettled(images[to]);
});

const LATER = RELEASE_STEPS.filter((step) => !BEFORE.includes(step));

test.each(LATER)(
  "a promotion is killed at %s: what runs is left alone, and the next makes the tags true",
  { timeout: 240_000 },
  async (step) => {
    const [old] = await running();
    const to = (await current()) === images["one"] ? images["two"] : images["one"];
    expect((await run("promote", to, step)).exit).not.toBe(0);
    expect(await run("promote", to)).toMatchObject({ exit: 0, stderr: "" });
    expect([await imageOf(`${name}:live`), await current(), (await running())[0]]).toEqual([to, to, old]);
  },
);

/** Between them it goes as with a promotion. */
const BACK: readonly ReleaseStep[] = ["record", "tag-live", "replace", "conclude"];

test.each(BACK)("going back is killed at %s: one serves, and it is known which", { timeout: 240_000 }, async (step) => {
  await run("put", images["two"]);
  const [old] = await running();
  expect((await run("rollback", "", step)).exit).not.toBe(0);
  const [id, image, isRunning] = await running();
  expect([image, isRunning, await containers()]).toEqual([images[isNew(step) ? "one" : "two"], "true", [name]]);
  if (!isNew(step)) expect(id).toBe(old);

  expect(await run("put", images["two"])).toMatchObject({ exit: 0, stderr: "" });
  await expectSettled(images["two"]);
});
