import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makeTempFolder, type TempFolder } from "../../src/system/file/files.ts";
import { runCooper } from "../support/cli.ts";
import { uniqueName } from "../support/container.ts";
import { type HostOutcome, outputOf, runOnHost } from "../support/host-command.ts";

let root: TempFolder;
const word = uniqueName("up");
const names = { db: `${word}-db`, web: `${word}-web`, bad: `${word}-bad`, app: `${word}-app` } as const;

async function writeUnit(name: string, command: string, after: readonly string[] = [], more = ""): Promise<void> {
  const text = `services:
  one:
    image: debian:bookworm
    command: [sh, -c, '${command}']
    stop_signal: SIGKILL
    ${more}
    x-cooper: { after: [${after.join(", ")}], release: { stay_up: 200ms } }
`;
  await mkdir(join(root.path, name), { recursive: true });
  await writeFile(join(root.path, name, "compose.yaml"), text);
}

function cooper(args: readonly string[], input = ""): Promise<HostOutcome> {
  return runCooper(args, { input, env: { COOPER_ROOTS: root.path, COOPER_STATE: join(root.path, "state"), XDG_CONFIG_HOME: root.path } });
}

/** Ids and names of all containers of these units. */
async function containers(): Promise<string> {
  return outputOf(["docker", "ps", "--all", "--filter", `name=${word}`, "--format", "{{.ID}} {{.Names}} {{.State}}"]);
}

beforeAll(async () => {
  root = await makeTempFolder("cooper-ship-up-");
});
async function removeAll(): Promise<void> {
  const ids = await outputOf(["docker", "ps", "--all", "--quiet", "--filter", `name=${word}`]);
  if (ids !== "") await runOnHost(["docker", "rm", "--force", ...ids.split("\n")]);
}

beforeEach(removeAll);
afterAll(async () => {
  await removeAll();
  for (const name of Object.values(names)) await runOnHost(["docker", "network", "rm", `dev-${name}`]);
  await root.remove();
});

test(
  "all units come up in their order; what depends on a failure is skipped; what runs as planned is left alone",
  { timeout: 240_000 },
  async () => {
    await writeUnit(names.db, "exec sleep infinity");
    await writeUnit(names.web, "exec sleep infinity", [names.db]);
    await writeUnit(names.bad, "echo no data; exit 3");
    await writeUnit(names.app, "exec sleep infinity", [names.bad]);
    const first = await cooper(["up", "--all", "--json"]);
    expect(first.exit).toBe(1);
    expect(JSON.parse(first.stdout)).toMatchObject({
      schema: "cooper.up/1",
      units: [
        { unit: names.app, state: "skipped", because: names.bad },
        { unit: names.bad, state: "failed", error: { code: "not-accepted", hint: expect.stringContaining("no data") } },
        { unit: names.db, state: "done", did: "started", accepted: "stays-up" },
        { unit: names.web, state: "done", did: "started" },
      ],
    });
    const created = await outputOf(["docker", "inspect", "--format", "{{.Created}}", names.db, names.web]);
    expect(created.split("\n").toSorted()).toEqual(created.split("\n"));

    const again = await cooper(["up", names.db, names.web]);
    expect(again).toMatchObject({ exit: 0 });
    expect(again.stdout).toMatch(
      /^UNIT +RESULT +TIME *\n.*-db +done .* runs as planned already\n.*-web +done .* runs as planned already\n$/u,
    );
  },
);

test("a bad one makes room for the very same old one, and what it wrote is shown", { timeout: 240_000 }, async () => {
  await writeUnit(names.web, "exec sleep infinity");
  expect(await cooper(["up", names.web])).toMatchObject({ exit: 0 });
  const before = await containers();
  await writeUnit(names.web, "echo cannot; exit 4");
  const refused = await cooper(["up", names.web]);
  expect(refused).toMatchObject({ exit: 6, stdout: "" });
  expect(refused.stderr).toContain("it ended with exit code 4. The old one is back and runs.");
  expect(refused.stderr).toMatch(/\n +cannot\n/u);
  expect(await containers()).toBe(before);

  await writeUnit(names.web, "exec sleep infinity", [], "healthcheck: { test: echo sick; exit 1, interval: 1s, retries: 1 }");
  expect(await cooper(["restart", names.web])).toMatchObject({
    exit: 6,
    stderr: expect.stringContaining("its health check fails: exit code 1, sick"),
  });
  expect(await containers()).toBe(before);

  // A stranger's container is not replaced.
  await cooper(["down", names.web]);
  await outputOf(["docker", "run", "--detach", "--name", names.web, "debian:bookworm", "sleep", "infinity"]);
  expect(await cooper(["up", names.web])).toMatchObject({ exit: 2, stderr: expect.stringContaining("container-not-ours") });
});

test("of two that replace at the same time one waits for the other", { timeout: 240_000 }, async () => {
  await writeUnit(names.db, "exec sleep infinity");
  const both = await Promise.all([cooper(["restart", names.db]), cooper(["restart", names.db])]);
  expect(both.map(({ exit }) => exit)).toEqual([0, 0]);
  expect((await containers()).split("\n").filter((line) => line.includes(names.db))).toEqual([expect.stringMatching(/-db running$/u)]);
  expect(await cooper(["down", names.db])).toMatchObject({ exit: 0, stdout: `${names.db}: ${names.db} stopped and removed\n` });
  expect(await containers()).not.toContain(names.db);
});

test("an instance in the foreground has the command's output, input and exit code, and leaves nothing", { timeout: 240_000 }, async () => {
  await writeUnit(names.app, "exit 7");
  expect(await cooper(["run", "-D", names.app])).toMatchObject({ exit: 7, stdout: "", stderr: "" });
  const shell = await cooper(["run", "-S", names.app], "echo $(hostname) $(id -u)\nexit 5\n");
  expect(shell).toMatchObject({ exit: 5, stdout: `dev-${names.app} 0\n` });
  const other = await cooper(["run", "-D", names.app, "--", "sh", "-c", "cat; echo bye >&2"], "hello");
  expect(other).toMatchObject({ exit: 0, stdout: "hello", stderr: "bye\n" });
  const printed = await cooper(["run", "--test", "-D", names.app]);
  expect(printed.stdout).toMatch(new RegExp(`^docker run --interactive --rm --name dev-${names.app} `, "u"));
  expect(await containers()).not.toContain(`dev-${names.app}`);
  expect(await outputOf(["docker", "network", "ls", "--quiet", "--filter", `name=dev-${names.app}`])).toBe("");
});
