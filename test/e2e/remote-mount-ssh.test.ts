import { mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { removeContainer, startContainer, type TestContainer } from "../support/container.ts";
import { DelayLine } from "../support/delay-line.ts";
import { testEngine } from "../support/engine.ts";
import { SshBench } from "../support/ssh-server.ts";
import { isMounted, RemoteDesk, shellIn, until } from "./remote-support.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const ssh = new SshBench();
const spool = path.join(ssh.folder, "tmp");
const desk = new RemoteDesk({ PATH: `${ssh.bin}:${process.env["PATH"] ?? ""}`, TMPDIR: spool });
const folder = path.join(desk.folder, "far");
let line: DelayLine | null = null;
let box: TestContainer | null = null;

beforeAll(async () => {
  const near = await testEngine();
  await ssh.open();
  mkdirSync(spool);
  const port = await ssh.start("far", { environment: { PATH: process.env["PATH"] ?? "", DOCKER_HOST: near.url } });
  line = await DelayLine.open(port, 5);
  await ssh.configure([`Host away\n  HostName 127.0.0.1\n  Port ${line.port}`]);
  // Its user may do nothing, and its root cannot be written: nothing of the container is needed.
  box = await startContainer({ args: ["--read-only", "--user", "4321:4321"] });
});

afterAll(async () => {
  line?.mend();
  await desk.cooper(["dev", "unmount", folder]);
  await desk.leave();
  line?.close();
  ssh.close();
  if (box !== null) await removeContainer(box.name);
});

const here = (script: string): Promise<string> => shellIn(folder, script);

test("over ssh it is the same, also when the network is cut", async () => {
  if (!isMounted(await desk.cooper(["--host", "ssh://away", "dev", "mount", "--deadline", "2", box?.name ?? "", folder]))) return;
  // The way to the files is open: nothing that it took to open it is left.
  expect(readdirSync(spool)).toEqual([]);
  expect(await here("head -n 1 etc/os-release; ls -d etc/apt; wc -c <usr/bin/perl; cat usr/bin/perl | wc -c; echo >etc/new")).toMatch(
    /^PRETTY_NAME.*\netc\/apt\n(?<size>\d+)\n\k<size>\n.*(?:Permission denied|Read-only)/su,
  );
  expect(await here("echo far >dev/shm/file && cat dev/shm/file")).toBe("far");
  expect(await box?.run("cat", "/dev/shm/file")).toBe("far");
  line?.cut();
  expect(await here("ls -d etc/dpkg etc/default")).toContain("Input/output error");
  line?.mend();
  await until(async () => (await here("ls -d etc/dpkg")) === "etc/dpkg", "the files after the cut");
  expect(await here("rm dev/shm/file; cat etc/debian_version")).toMatch(/^\d/u);
});
