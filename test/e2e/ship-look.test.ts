import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cooperEnvironment, cooperProgram, runCooper } from "../support/cli.ts";
import { removeContainer, uniqueName } from "../support/container.ts";
import { testEngine } from "../support/engine.ts";
import { type HostOutcome, outputOf, runOnHost } from "../support/host-command.ts";

const name = uniqueName("look");
const other = uniqueName("look-other");
let root = "";

const settings = (unit: string, more: string): string => `services: {${unit}: {image: "debian:bookworm", ${more}}}\n`;
const wave = "x-cooper: {autostart: {wave: 3}}";

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "cooper-test-look-"));
  for (const unit of [name, other]) await mkdir(path.join(root, unit));
  const script = String.raw`trap 'echo "hup came"' HUP; printf 'one \033[31mtwo\n'; while :; do sleep 0.1; done`;
  await writeFile(path.join(root, name, "compose.yaml"), settings(name, `command: [bash, -c, ${JSON.stringify(script)}], ${wave}`));
  await writeFile(path.join(root, other, "compose.yaml"), settings(other, wave));
  const labels = ["--label", `cooper.unit=${name}`, "--label", "cooper.mode=prod"];
  await outputOf(["docker", "run", "-d", "--name", name, ...labels, "debian:bookworm", "bash", "-c", script]);
});

afterAll(async () => {
  await removeContainer(name);
  await rm(root, { recursive: true, force: true });
});

const environment = (): Record<string, string> => ({ COOPER_ROOTS: root, XDG_CONFIG_HOME: root });

/** Runs a verb; of its standard error the codes of errors and findings are kept. */
async function look(
  ...words: readonly string[]
): Promise<{ readonly exit: number; readonly stdout: string; readonly codes: readonly string[] }> {
  return codesOf(await runCooper(words, { env: environment() }));
}

function codesOf({ exit, stdout, stderr }: HostOutcome): {
  readonly exit: number;
  readonly stdout: string;
  readonly codes: readonly string[];
} {
  return {
    exit,
    stdout,
    codes: [...stderr.matchAll(/\((?:docs\/findings\/)?([a-z]+(?:-[a-z]+)+)(?:\.md)?\)/g)].map(([, code = ""]) => code),
  };
}

/** Runs `d` of the same build. */
async function terse(
  ...words: readonly string[]
): Promise<{ readonly exit: number; readonly stdout: string; readonly codes: readonly string[] }> {
  const program = path.join(path.dirname(cooperProgram()), "d.mjs");
  return codesOf(await runOnHost([process.execPath, program, ...words], { env: cooperEnvironment(environment()) }));
}

test("what runs is told, by unit and by name", { timeout: 120_000 }, async () => {
  const { exit, stdout } = await look("ps", name, other, "--json");
  expect({ exit, ...JSON.parse(stdout) }).toMatchObject({
    exit: 1,
    schema: "cooper.ps/1",
    instances: [
      { unit: name, mode: "prod", name, state: "running", image: "debian:bookworm", isCurrent: true },
      { unit: other, name: other, state: "absent", id: null },
    ],
  });
  expect(await look("check", "--brief", name)).toMatchObject({ exit: 0, stdout: "y\n" });
  expect(await look("check")).toMatchObject({ exit: 1, stdout: `${other}: not there\n` });
  expect(await terse("law")).toMatchObject({ exit: 0, stdout: `3 ${name}\n3 ${other}\n` });
  const id = await outputOf(["docker", "inspect", "--format", "{{.Id}}", name]);
  expect(await look("ps", "--show", "name", id.slice(0, 20))).toMatchObject({ exit: 0, stdout: `${name}\n` });
  const address = await outputOf(["docker", "inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", name]);
  expect(await terse("ip", name)).toMatchObject({ exit: 0, stdout: `${address}\n` });
});

test("what is written is escaped, and a signal arrives", { timeout: 120_000 }, async () => {
  const lines = async (): Promise<readonly string[]> => (await look("logs", name)).stdout.split("\n");
  // The first process of a container ignores a signal that it has no handler for yet.
  await expect.poll(lines, { timeout: 60_000, interval: 500 }).toEqual([String.raw`one \e[31mtwo`, ""]);
  expect(await look("reload", name)).toMatchObject({ exit: 0, stdout: `${name}: sent HUP\n` });
  await expect.poll(lines, { timeout: 60_000, interval: 500 }).toEqual([String.raw`one \e[31mtwo`, "hup came", ""]);
  expect(await look("logs", "--raw", "-n", "2", name)).toMatchObject({ stdout: "one \u001b[31mtwo\nhup came\n" });
  const [first = ""] = (await look("logs", "--json", name)).stdout.split("\n");
  expect(JSON.parse(first)).toMatchObject({ schema: "cooper.log/1", name, stream: "stdout", text: "one \u001b[31mtwo" });
});

test("a command in it passes its streams and its exit code on", { timeout: 120_000 }, async () => {
  const { exit, stdout, stderr } = await runCooper(["enter", name, "--", "sh", "-c", "cat; echo err >&2; exit 7"], {
    env: environment(),
    input: "in",
  });
  expect({ exit, stdout, stderr }).toEqual({ exit: 7, stdout: "in", stderr: "err\n" });
  expect(await terse("e", name, "nosuch")).toMatchObject({ exit: 127, codes: ["command-not-found"] });
  expect(await look("enter", other)).toMatchObject({ exit: 125, codes: ["instance-absent"] });
});

test.each([
  ["a blank name", ["logs", ""], "unit-unknown"],
  ["an ambiguous one", ["ip", name.slice(0, 12)], "unit-ambiguous"],
  ["an unknown one", ["reload", "no-such-unit"], "unit-unknown"],
  ["names beside --all", ["cow", name, "--all"], "units-and-all"],
])("%s is wrong usage", async (_, words, code) => {
  expect(await look(...words)).toEqual({ exit: 2, stdout: "", codes: [code] });
});

test("several engines are looked at; one that does not answer is said", { timeout: 120_000 }, async () => {
  const env = { ...environment(), DOCKER_CONFIG: path.join(root, "docker"), DOCKER_HOST: "", DOCKER_CONTEXT: "" };
  for (const [context, host] of [
    ["here", (await testEngine()).url],
    ["gone", "tcp://127.0.0.1:1"],
  ] as const) {
    await outputOf(["docker", "context", "create", context, "--docker", `host=${host}`], { env });
  }
  const { exit, stdout, codes } = codesOf(await runCooper(["-c", "here,gone", "ps", name, "--json"], { env }));
  expect({ exit, codes }).toEqual({ exit: 3, codes: ["engine-unreachable"] });
  expect(JSON.parse(stdout)).toMatchObject({ instances: [{ context: "here", name, state: "running" }] });
});

test("d refuses a missing name", async () => {
  expect(await terse("0")).toEqual({ exit: 2, stdout: "", codes: ["unit-unknown"] });
});
