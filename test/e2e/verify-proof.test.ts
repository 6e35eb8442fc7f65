import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCooper } from "../support/cli.ts";
import { removeContainer, startContainer, type TestContainer } from "../support/container.ts";
import type { HostOutcome } from "../support/host-command.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";

// One container goes through its whole life here: recorded, replayed, verified, repaired, removed. The tests build on each other.
const HEAVY_MS = 300_000;
let web: TestContainer;
let folder: string;
let recorded: HostOutcome;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "cooper-test-proof-"));
  web = await startContainer();
  const script =
    "mkdir -p /srv/app\ncat > /srv/app/settings <<X\nport 8080\nname käse\nX\nchmod 640 /srv/app/settings\nln -s settings /srv/app/link\nls /srv\n";
  recorded = await runCooper(["record", web.name], { input: script });
});

afterAll(async () => {
  await removeContainer(web.name);
  rmSync(folder, { recursive: true, force: true });
});

const verify = (...args: readonly string[]): Promise<HostOutcome> => runCooper(["verify", web.name, ...args]);

test("the history lists what was done and what it changed", async () => {
  expect(recorded).toMatchObject({ exit: 0, stderr: expect.not.stringContaining("cooper:") });
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

test("verify proves the Dockerfile; what may differ is counted, the image stays only with --keep", { timeout: HEAVY_MS }, async () => {
  await web.run("sh", "-c", "echo by hand > /opt/unrecorded");
  const outcome = await verify("--json", "--keep", "--may-differ", "/opt/unrecorded");
  expect(outcome).toMatchObject({ exit: 0, stderr: expect.stringContaining("building the Dockerfile") });
  const report: unknown = JSON.parse(outcome.stdout);
  expect(report).toMatchObject({ schema: "cooper.verify/1", passed: true, equivalent: true, differences: [] });
  expect(report).toMatchObject({ ignored: { "/opt/unrecorded": 1 }, ignoredPaths: expect.arrayContaining(["/opt/unrecorded"]) });
  const image = /"image": "(sha256:[0-9a-f]{64})"/u.exec(outcome.stdout)?.[1] ?? "none";
  expect(await outputOf(["docker", "image", "inspect", "--format", "{{.Id}}", image])).toBe(image);
  await outputOf(["docker", "rmi", image]);
});

test("what was not recorded is a difference, with the next thing to do", { timeout: HEAVY_MS }, async () => {
  const label = `cooper.test=${web.name}`;
  const questions = join(folder, "acceptance.yaml");
  writeFileSync(questions, "version: 1\ncommands:\n  - run: test -d /srv/app\n  - run: test -d /srv/no\n");
  const outcome = await verify("--label", label, "--acceptance", questions);
  expect(outcome.exit).toBe(1);
  expect(outcome.stdout).toContain("✓ test -d /srv/app ends with 0\n  ✗ test -d /srv/no ends with 0: exit code 1");
  expect(outcome.stdout).toContain("not equivalent: 1 of");
  expect(outcome.stdout).toContain("- /opt/unrecorded  the build does not make this file");
  expect(outcome.stdout).toContain(`cooper replay ${web.name} --repair`);
  expect(await outputOf(["docker", "images", "--all", "--quiet", "--filter", `label=${label}`])).toBe("");
  expect(await outputOf(["docker", "ps", "--all", "--quiet", "--filter", `label=${label}`])).toBe("");
});

test("questions that nobody can read are told before anything is built", async () => {
  const file = join(folder, "acceptance-wrong.yaml");
  writeFileSync(file, "version: 1\nports: [http]\n");
  expect(await verify("--acceptance", file)).toMatchObject({ exit: 2, stdout: "", stderr: expect.stringContaining("acceptance-invalid") });
  expect(await verify("--acceptance", join(folder, "none"))).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining("there is no file"),
  });
});

test("--repair carries it, says so, and the result is equivalent", { timeout: HEAVY_MS }, async () => {
  const repaired = join(folder, "repaired");
  const outcome = await runCooper(["replay", web.name, "-o", repaired, "--repair", "--json"]);
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
