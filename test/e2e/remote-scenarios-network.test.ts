import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { removeContainer, startContainer, type TestContainer } from "../support/container.ts";
import { DelayLine } from "../support/delay-line.ts";
import { testEngine } from "../support/engine.ts";
import { SshBench } from "../support/ssh-server.ts";
import { RemoteDesk, shellIn, until } from "./remote-support.ts";

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

async function processes(): Promise<string> {
  return (await box?.run("sh", "-c", "for one in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$one 2>/dev/null; echo; done")) ?? "";
}

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
