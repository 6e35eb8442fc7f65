import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { readSession } from "../../src/remote/session/session-record.ts";
import { removeContainer, startContainer, type TestContainer } from "../support/container.ts";
import { DelayLine } from "../support/delay-line.ts";
import { testEngine } from "../support/engine.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";
import { SshBench } from "../support/ssh-server.ts";
import { processesOf, RemoteDesk, shellIn, until } from "./remote-support.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const ssh = new SshBench();
const desk = new RemoteDesk({ PATH: `${ssh.bin}:${process.env["PATH"] ?? ""}` });
let line: DelayLine | null = null;
let box: TestContainer | null = null;
let hasFiles = false;

beforeAll(async () => {
  const near = await testEngine();
  await ssh.open();
  // The server ends what it hears nothing of: an engine keeps a container to itself while it sends what is in it.
  const settings = ["ClientAliveInterval 1", "ClientAliveCountMax 3"];
  const port = await ssh.start("far", { environment: { PATH: process.env["PATH"] ?? "", DOCKER_HOST: near.url }, settings });
  line = await DelayLine.open(port, 5);
  await ssh.configure([`Host away\n  HostName 127.0.0.1\n  Port ${line.port}`]);
  box = await startContainer();
  hasFiles = await desk.attach(`cooper dev init work --host away && cooper dev attach ${box.name}`);
});

afterAll(async () => {
  line?.mend();
  await desk.leave();
  line?.close();
  ssh.close();
  if (box !== null) await removeContainer(box.name);
});

const processes = (): Promise<string> => processesOf(box);

const here = (script: string): Promise<string> => shellIn(path.join(desk.folder, "container"), script);

test("a network that is cut ends commands and file accesses with an error, and all of it comes back by itself", async () => {
  await desk.told("dodo sh -c 'echo before >/srv/before'");
  const running = desk.bash("dodo sleep 3041; echo $?");
  await until(async () => (await processes()).includes("sleep 3041"), "the command");
  line?.cut();
  const [lost, next, files] = await Promise.all([
    running,
    desk.bash("dodo true; echo $?"),
    hasFiles ? here("ls etc/dpkg; echo >srv/new") : "Input/output error",
  ]);
  expect(lost).toMatchObject({ stdout: "125\n", stderr: expect.stringMatching(/connection-lost|link-broken/u) });
  expect(next).toMatchObject({ stdout: "125\n", stderr: expect.stringMatching(/connection-lost|link-broken/u) });
  expect(files).toContain("Input/output error");
  const later = await desk.bash("dodo true; echo $?");
  expect(later).toMatchObject({ stdout: "125\n", stderr: expect.stringContaining("link-broken") });
  expect(await processes()).toContain("sleep 3041");

  line?.mend();
  await until(async () => (await desk.bash("dodo echo there")).stdout === "there\n", "the commands after the cut");
  await until(async () => !(await processes()).includes("sleep 3041"), "the end of the command that nobody waits for");
  if (hasFiles) await until(async () => (await here("cat srv/before")) === "before", "the files after the cut");
  const told = await desk.told("dodo sh -c 'echo after >/srv/after'; cooper history . --effects");
  expect(told).toContain("/srv/before");
  expect(told).toContain("sleep 3041");
  expect(told).toContain("/srv/after");
});

/** What leads to the engine, and what brings the files: which ssh is there depends on what the machines let through. */
const TO_ENGINE = ["ssh .*-M .*SOCKET[.]ssh ", "ssh .*SOCKET[.]ssh .*dial-stdio"];
const OF_FILES = ["ssh .*SOCKET[.]ssh .* -L ", "sshfs .*fsname=cooper:work cooper:/ DESK"];

/** Those of this session that run now. */
async function pidsOf(patterns: readonly string[]): Promise<readonly string[]> {
  const folder = path.join(desk.state, "cooper/sessions/work");
  const socket = (await readSession(folder))?.record.socket ?? "";
  const own = patterns.join("|").replaceAll("SOCKET", socket).replaceAll("DESK", desk.folder).replaceAll("FOLDER", folder);
  return (await runOnHost(["pgrep", "-f", "--", own])).stdout.split("\n").filter((pid) => pid !== "");
}

/** The containers that serve the session's files. */
async function helpers(): Promise<readonly string[]> {
  const [pid = ""] = await pidsOf(["dev serve FOLDER"]);
  const all = await outputOf(["docker", "ps", "--filter", "label=cooper.owner", "--format", '{{.ID}} {{.Label "cooper.owner"}}']);
  return all.split("\n").flatMap((row) => (row.includes(` session-work.${pid}-`) ? [row.slice(0, row.indexOf(" "))] : []));
}

async function comesBack(): Promise<void> {
  await until(async () => (await desk.bash("dodo echo there")).stdout === "there\n", "the commands again");
  if (hasFiles) await until(async () => /^\d/u.test(await here("cat etc/debian_version")), "the files again");
}

test("what leads to the engine, what mounts and what serves the files is killed: all of it comes back by itself", async () => {
  await comesBack();
  for (const patterns of [TO_ENGINE, OF_FILES]) {
    const before = await pidsOf(patterns);
    expect({ patterns, isThere: before.length > 0 || !hasFiles }).toEqual({ patterns, isThere: true });
    const serves = patterns === OF_FILES && hasFiles;
    if (serves) await until(async () => (await helpers()).length > 0, "what serves the files");
    const serving = serves ? await helpers() : [];
    await runOnHost(["docker", "rm", "-f", ...serving]);
    await runOnHost(["kill", "-9", ...before]);
    await comesBack();
    expect((await pidsOf(patterns)).filter((pid) => before.includes(pid))).toEqual([]);
    expect((await helpers()).filter((id) => serving.includes(id))).toEqual([]);
  }
});

test("what leads to the engine is stopped: no command is told to be done that was not, and all of it comes back", async () => {
  await comesBack();
  const stopped = await pidsOf(["ssh .*-M -N .*SOCKET[.]ssh", ...TO_ENGINE]);
  expect(stopped).not.toEqual([]);
  await runOnHost(["kill", "-STOP", ...stopped]);
  const { stdout } = await desk.bash("dodo echo there; echo $?");
  expect(["125\n", "there\n0\n"]).toContain(stdout);
  await comesBack();
  await until(async () => !(await pidsOf(["ssh .*SOCKET[.]ssh"])).some((pid) => stopped.includes(pid)), "the end of what was stopped");
});
