import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openLedger } from "../../src/ship/release/ledger.ts";
import { followRecords } from "../../src/ship/release/releases.ts";
import { RELEASE_STEPS, type ReleaseStep } from "../../src/ship/release/steps.ts";
import { shipState } from "../../src/ship/units/ship-state.ts";
import { makeTempFolder, type TempFolder } from "../../src/system/file/files.ts";
import { runCooper } from "../support/cli.ts";
import { removeContainer, uniqueName } from "../support/container.ts";
import { KILLED, runCooperUntil } from "../support/cooper-until.ts";
import { testEngine } from "../support/engine.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const SERVER =
  "use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalPort => 80, Listen => 5) or die; while (my $c = $s->accept) { close $c }";
const name = uniqueName("release");
const images: Record<string, string> = {};
let folder: TempFolder;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = await makeTempFolder("cooper-release-kill-");
  env = { COOPER_ROOTS: folder.path, COOPER_STATE: join(folder.path, "state"), XDG_CONFIG_HOME: folder.path };
  await mkdir(join(folder.path, name, "tests"), { recursive: true });
  await writeFile(join(folder.path, name, "compose.yaml"), `services: { web: { ports: ["80"], stop_signal: SIGKILL } }\n`);
  await writeFile(join(folder.path, name, "tests", "runs"), '#!/bin/sh\ntest -n "$COOPER_PORT_80"\n');
  await chmod(join(folder.path, name, "tests", "runs"), 0o755);
  for (const version of ["two", "one"]) {
    await writeVersion(version);
    await cooper("build", "-a", name);
    images[version] = await imageOf(`${name}:latest`);
  }
  await cooper("up", name);
});
afterAll(async () => {
  await Promise.all([name, `test-${name}`].map(removeContainer));
  await runOnHost(["docker", "network", "rm", `test-${name}`]);
  const tags = await outputOf(["docker", "images", "--format", "{{.Repository}}:{{.Tag}}", name]);
  await runOnHost(["docker", "rmi", ...tags.split("\n")]);
  await folder.remove();
});

async function writeVersion(version: string): Promise<void> {
  const lines = ["FROM debian:bookworm", `ENV VERSION=${version}`, `CMD ${JSON.stringify(["perl", "-e", SERVER])}`];
  await writeFile(join(folder.path, name, "Dockerfile"), `${lines.join("\n")}\n`);
}

/** Runs cooper, which must succeed. */
async function cooper(...words: readonly string[]): Promise<string> {
  const ended = await runCooper(words, { env });
  if (ended.exit !== 0) throw new Error(`cooper ${words.join(" ")} ended with ${ended.exit}:\n${ended.stdout}${ended.stderr}`);
  return ended.stdout;
}

async function kill(steps: readonly ReleaseStep[], ...words: readonly string[]): Promise<void> {
  expect(await runCooperUntil(steps, words, { env })).toMatchObject({ exit: KILLED });
}

function imageOf(reference: string): Promise<string> {
  return outputOf(["docker", "image", "inspect", "--format", "{{.Id}}", reference]);
}

async function running(): Promise<readonly string[]> {
  const format = "{{.Id}} {{.Image}} {{.State.Running}}";
  return (await outputOf(["docker", "inspect", "--format", format, name])).split(" ");
}

/** Names of containers and networks that have to do with the unit. */
async function leftOvers(): Promise<readonly string[]> {
  const filter = ["--filter", `name=${name}`, "--format"];
  const containers = await outputOf(["docker", "ps", "--all", ...filter, "{{.Names}}"]);
  const networks = await outputOf(["docker", "network", "ls", ...filter, "{{.Name}}"]);
  return [...containers.split("\n"), ...networks.split("\n")].filter((one) => one !== "").toSorted();
}

async function current(): Promise<string | undefined> {
  const { ledger } = shipState(join(folder.path, "state"), await testEngine());
  const { current: release, isOpen } = followRecords(await openLedger(ledger(name), Date.now).read());
  expect(isOpen).toBe(false);
  return release?.image;
}

/** What the ledger says, what is tagged live and what runs are one, and there is nothing else. */
async function expectSettled(image: string | undefined): Promise<void> {
  const [, runs, isRunning] = await running();
  expect([runs, isRunning, await imageOf(`${name}:live`), await current()]).toEqual([image, "true", image, image]);
  expect(await leftOvers()).toEqual([name]);
}

/** The tags are made to follow the ledger before a change too. */
const into = (step: ReleaseStep): readonly ReleaseStep[] => (step.startsWith("tag-") ? ["record", step] : [step]);
const BEFORE: readonly ReleaseStep[] = ["build", "test", "take-test-away"];
const other = (image: string | undefined): "one" | "two" => (image === images["one"] ? "two" : "one");

test.each(RELEASE_STEPS)("an upgrade is killed at %s: one serves, and recover makes ledger, tags and rests true", async (step) => {
  const [old, from] = await running();
  const to = other(from);
  await writeVersion(to);
  await kill(into(step), "upgrade", name);
  const [id, image, isRunning] = await running();
  const isNew = step === "conclude";
  expect([image, isRunning]).toEqual([isNew ? images[to] : from, "true"]);
  if (!isNew) expect(id).toBe(old);
  expect(await leftOvers()).toEqual(step === "take-test-away" ? [name, `test-${name}`, `test-${name}`] : [name]);

  await cooper("recover", name);
  await expectSettled(image);
  expect(await cooper("recover")).toBe("nothing was cut off\n");
});

test("what was killed is done by the next that is asked for the same", async () => {
  const [, from] = await running();
  const to = other(from);
  await writeVersion(to);
  await kill(["replace"], "upgrade", name);
  await cooper("upgrade", name);
  await expectSettled(images[to]);
});

test.each(RELEASE_STEPS.filter((step) => !BEFORE.includes(step)))(
  "a promotion is killed at %s: what runs is left alone, and the next makes the tags true",
  async (step) => {
    const [old] = await running();
    const to = images[other(await current())] ?? "";
    await kill(into(step), "promote", "--image", to, name);
    await cooper("promote", "--image", to, name);
    expect([await imageOf(`${name}:live`), await current(), (await running())[0]]).toEqual([to, to, old]);
  },
);

/** Between them it goes as with a promotion. */
const BACK: readonly ReleaseStep[] = ["record", "tag-live", "replace", "conclude"];

test.each(BACK)("going back is killed at %s: one serves, and it is known which", async (step) => {
  await cooper("up", name);
  const [old, from] = await running();
  await kill(into(step), "rollback", name);
  const [id, image, isRunning] = await running();
  const isNew = step === "conclude";
  expect([image, isRunning]).toEqual([isNew ? images[other(from)] : from, "true"]);
  if (!isNew) expect(id).toBe(old);
  await cooper("recover", name);
  await expectSettled(image);
});
