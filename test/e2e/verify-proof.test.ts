import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCooper } from "../support/cli.ts";
import { removeContainer, startContainer, type TestContainer } from "../support/container.ts";
import type { HostOutcome } from "../support/host-command.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";

// One container goes through its whole life here: recorded, replayed, verified, repaired, removed. The tests build on each other.
let web: TestContainer;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "cooper-test-proof-"));
  web = await startContainer();
  const script =
    "mkdir -p /srv/app\ncat > /srv/app/settings <<X\nport 8080\nname käse\nX\nchmod 640 /srv/app/settings\nln -s settings /srv/app/link\nls /srv\n";
  const outcome = await runCooper(["record", web.name], { input: script });
  expect(outcome).toMatchObject({ exit: 0, stderr: expect.not.stringContaining("cooper:") });
});

afterAll(async () => {
  await removeContainer(web.name);
  rmSync(folder, { recursive: true, force: true });
});

function network(): readonly string[] {
  const name = process.env["COOPER_TEST_NETWORK"];
  return name === undefined ? [] : ["--network", name];
}

const verify = (...args: readonly string[]): Promise<HostOutcome> => runCooper(["verify", web.name, ...network(), ...args]);

async function leftOvers(outcome: HostOutcome): Promise<readonly string[]> {
  const image = /"image": "(sha256:[0-9a-f]+)"/u.exec(outcome.stdout)?.[1];
  const inspected = image === undefined ? { stdout: "" } : await runOnHost(["docker", "image", "inspect", "--format", "{{.Id}}", image]);
  return inspected.stdout.trim() === "" ? [] : [inspected.stdout.trim()];
}

test("the history lists what was done and what it changed", async () => {
  const { exit, stdout } = await runCooper(["history", web.name, "--effects"]);
  expect(exit).toBe(0);
  expect(stdout).toMatch(/s1\.\d+ .*cat > \/srv\/app\/settings <<X …/u);
  expect(stdout).toContain("+ /srv/app/settings\n");
  const json = await runCooper(["history", web.name, "--json"]);
  expect(JSON.parse(json.stdout)).toMatchObject({ schema: "cooper.history/1", container: { name: web.name } });
});

test("replay prints the Dockerfile, and writes the same bytes into a folder each time", async () => {
  const printed = await runCooper(["replay", web.name]);
  expect(printed.exit).toBe(0);
  expect(printed.stdout).toMatch(/^FROM debian:bookworm\n/u);
  const [first, second] = [join(folder, "first"), join(folder, "second")];
  expect(await runCooper(["replay", web.name, "-o", first])).toMatchObject({ exit: 0, stdout: "" });
  expect(await runCooper(["replay", web.name, "-o", second])).toMatchObject({ exit: 0 });
  expect(await runOnHost(["diff", "-r", first, second])).toMatchObject({ exit: 0, stdout: "" });
  expect(readFileSync(join(first, "Dockerfile"), "utf8")).toBe(printed.stdout);
  expect(existsSync(join(first, "acceptance.yaml"))).toBe(true);
  const alias = await runCooper(["record", web.name, "--replay"]);
  expect(alias).toMatchObject({ exit: 0, stdout: printed.stdout });
});

test("replay leaves a folder alone that is not its own", async () => {
  const mine = join(folder, "first");
  writeFileSync(join(mine, "Dockerfile"), "FROM scratch\n");
  const refused = await runCooper(["replay", web.name, "-o", mine]);
  expect(refused).toMatchObject({ exit: 2, stdout: "", stderr: expect.stringContaining("folder-edited") });
  expect(await runCooper(["replay", web.name, "-o", mine, "--force"])).toMatchObject({ exit: 0 });
  expect(readFileSync(join(mine, "Dockerfile"), "utf8")).toMatch(/^FROM debian/u);
});

test("verify proves the Dockerfile and cleans up", async () => {
  const outcome = await verify("--json");
  expect(outcome).toMatchObject({ exit: 0 });
  expect(JSON.parse(outcome.stdout)).toMatchObject({
    schema: "cooper.verify/1",
    passed: true,
    equivalent: true,
    differences: [],
    image: null,
  });
  expect(outcome.stderr).toContain("building the Dockerfile");
});

test("what was not recorded is a difference, with the next thing to do; --may-differ takes it out", async () => {
  await web.run("sh", "-c", "echo by hand > /opt/unrecorded");
  const outcome = await verify();
  expect(outcome.exit).toBe(1);
  expect(outcome.stdout).toContain("not equivalent: 1 of");
  expect(outcome.stdout).toContain("- /opt/unrecorded  the build does not make this file");
  expect(outcome.stdout).toContain("cooper replay --repair");
  const kept = await verify("--may-differ", "/opt/unrecorded", "--ignored", "--keep");
  expect(kept).toMatchObject({ exit: 0, stdout: expect.stringMatching(/^equivalent/u) });
  expect(kept.stdout).toContain("      /opt/unrecorded\n");
  const image = /^image (sha256:[0-9a-f]{64})$/mu.exec(kept.stdout)?.[1] ?? "none";
  expect(await outputOf(["docker", "image", "inspect", "--format", "{{.Id}}", image])).toBe(image);
  await outputOf(["docker", "rmi", image]);
  expect(await leftOvers(outcome)).toEqual([]);
});

test("--repair carries it, says so, and the result is equivalent", async () => {
  const repaired = join(folder, "repaired");
  const outcome = await runCooper(["replay", web.name, "-o", repaired, "--repair", "--json", ...network()]);
  expect(outcome.exit).toBe(0);
  expect(JSON.parse(outcome.stdout)).toMatchObject({ repairs: [{ path: "/opt/unrecorded" }] });
  expect(outcome.stderr).toContain("repair: /opt/unrecorded: the commands do not make it");
  expect(readFileSync(join(repaired, "Dockerfile"), "utf8")).toContain("/opt/unrecorded");
});

test("a person's decision is followed", async () => {
  const history = await runCooper(["history", web.name]);
  const step = /(s1\.\d+) .*chmod 640/u.exec(history.stdout)?.[1] ?? "none";
  expect(await runCooper(["history", "edit", web.name, "--drop", step, "--cmd", "sleep infinity"])).toMatchObject({ exit: 0, stdout: "" });
  const dropped = await runCooper(["replay", web.name]);
  expect(dropped.stdout).not.toContain("chmod 640");
  expect(dropped.stdout).toContain('CMD ["sleep", "infinity"]\n');
  const wrong = await runCooper(["history", "edit", web.name, "--keep", "s9.9"]);
  expect(wrong).toMatchObject({ exit: 2, stderr: expect.stringContaining("step-unknown") });
  const edited = await runCooper(["history", "edit", web.name], { env: { VISUAL: `sed -i 's/^drop /auto /; s/^cmd: .*/cmd: auto/'` } });
  expect(edited).toMatchObject({ exit: 0 });
  expect((await runCooper(["replay", web.name])).stdout).not.toContain("CMD");
});

test("after the container is gone replay goes on, verify says that there is nothing to compare with", async () => {
  await removeContainer(web.name);
  const again = join(folder, "after");
  expect(await runCooper(["replay", web.name, "-o", again])).toMatchObject({ exit: 0 });
  expect(readFileSync(join(again, "Dockerfile"), "utf8")).toBe(readFileSync(join(folder, "second", "Dockerfile"), "utf8"));
  const gone = await verify();
  expect(gone).toMatchObject({ exit: 4, stdout: "", stderr: expect.stringContaining("container-gone") });
});

test("a new container of the same name does not get the old one's history", async () => {
  await outputOf(["docker", "create", "--name", web.name, "debian:bookworm", "true"]);
  const outcome = await runCooper(["history", web.name]);
  expect(outcome).toMatchObject({ exit: 2, stdout: "", stderr: expect.stringContaining("history-of-another-container") });
  expect(await runCooper(["history", web.id.slice(0, 12)])).toMatchObject({ exit: 0 });
});
