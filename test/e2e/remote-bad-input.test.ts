import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { removeContainer, startContainer, type TestContainer } from "../support/container.ts";
import { outputOf } from "../support/host-command.ts";
import { SshBench } from "../support/ssh-server.ts";
import { RemoteDesk } from "./remote-support.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 });

const bench = new SshBench();
const desk = new RemoteDesk({ PATH: `${bench.bin}:${process.env["PATH"] ?? ""}` });
/** Programs of this machine without ssh and sshfs. */
const poor = path.join(bench.folder, "poor");
let box: TestContainer | null = null;

const DENIED = "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock";

beforeAll(async () => {
  await bench.open();
  const far = path.join(bench.folder, "far");
  mkdirSync(far);
  writeFileSync(path.join(far, "docker"), `#!/bin/sh\necho '${DENIED}' >&2\nexit 1\n`, { mode: 0o755 });
  const denied = await bench.start("denied", { environment: { PATH: `${far}:/usr/bin:/bin` } });
  const without = await bench.start("without", { environment: { PATH: far.replace("far", "nothing") } });
  writeFileSync(path.join(bench.folder, "other-keys"), `[127.0.0.1]:${denied} ${await otherKey()}\n`);
  const at = (port: number): string => `  HostName 127.0.0.1\n  Port ${port}`;
  await bench.configure([
    `Host denied\n${at(denied)}`,
    `Host without\n${at(without)}`,
    `Host changed\n${at(denied)}\n  UserKnownHostsFile ${path.join(bench.folder, "other-keys")}\n  StrictHostKeyChecking yes`,
    `Host stranger\n${at(denied)}\n  IdentityFile ${path.join(bench.folder, "other")}`,
  ]);
  mkdirSync(poor);
  for (const name of ["sh", "env", "cat", "docker", "mount", "umount", "fusermount3"]) {
    symlinkSync(await outputOf(["sh", "-c", `PATH=$PATH:/sbin:/usr/sbin; command -v ${name}`]), path.join(poor, name));
  }
  box = await startContainer();
});

afterAll(async () => {
  await desk.leave();
  bench.close();
  if (box !== null) await removeContainer(box.name);
});

/** The public key of somebody else's pair, which it makes. */
async function otherKey(): Promise<string> {
  const file = path.join(bench.folder, "other");
  await outputOf(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file]);
  return (await outputOf(["cut", "-d", " ", "-f", "1,2", `${file}.pub`])).trim();
}

test.each([
  ["changed", "a key that is not the known one", /identification has changed|host key verification failed/i, /ssh-keygen -R|ssh changed/],
  ["stranger", "a key that is not let in", /permission denied/i, /ssh-add|ssh stranger/],
  ["denied", "an engine that this user may not use", /permission denied/i, /ssh denied docker version|group docker/],
  ["without", "a machine without the docker command", /docker.*not found/i, /must be installed there/],
])("%s: %s", async (host, _what, said, remedy) => {
  const told = await desk.bash(`cooper dev init ${host} --host ${host} --no-mount >/dev/null; cooper dev attach -s ${host} box; echo $?`);
  expect(told.stdout).toBe("3\n");
  expect(told.stderr).toMatch(said);
  expect(told.stderr).toMatch(remedy);
});

test("a machine without ssh", async () => {
  const { stdout, stderr } = await desk.bash(
    `cooper dev init nossh --host build1 --no-mount >/dev/null; PATH=${poor}; cooper dev attach -s nossh box; echo $?`,
  );
  expect(stdout).toBe("3\n");
  expect(stderr).toContain("apt-get install openssh-client");
});

test("a machine without sshfs has commands; the files are said to be missing, and how to get them", async () => {
  const { stdout, stderr } = await desk.bash(
    `cooper dev init nofiles >/dev/null; PATH=${poor}; cooper dev attach -s nofiles ${box?.name} >/dev/null; echo $?; dodo -s nofiles cat /etc/hostname; cooper dev doctor -s nofiles; cooper dev rm nofiles`,
  );
  expect(stdout).toMatch(/^0\n[0-9a-f]{12}\n/);
  expect(stderr).toContain("mount-failed");
  expect(stdout).toMatch(/^lack {2}sshfs .*apt-get install sshfs$/m);
});

test("folders that are not there, here or in the container", async () => {
  const { stdout, stderr } = await desk.bash(
    `cooper dev init folders --no-mount >/dev/null; cooper dev attach -s folders ${box?.name} >/dev/null; dodo -s folders -w /none true; echo $?
     mkdir here; cd here; rmdir ../here; dodo -s folders pwd; echo $?; cooper dev status -s folders >/dev/null; echo $?`,
  );
  expect(stdout).toBe("125\n/\n0\n0\n");
  expect(stderr).toContain("/none");
});

test("a container that was removed", async () => {
  const gone = await startContainer();
  await desk.told(
    `cooper dev init removed --no-mount >/dev/null; cooper dev attach -s removed ${gone.name} >/dev/null; dodo -s removed touch /srv/kept`,
  );
  await removeContainer(gone.name);
  const { stdout, stderr } = await desk.bash(
    `dodo -s removed true; echo $?; cooper dev start -s removed; echo $?; cooper dev status -s removed >/dev/null; echo $?; cooper history ${gone.name}; cooper dev rm removed; echo $?`,
  );
  expect(stdout).toMatch(/^125\n125\n1\n/);
  expect(stdout).toContain("touch /srv/kept");
  expect(stdout).toMatch(/\n0\n$/);
  expect(stderr).toContain("cooper dev rm");
});

test("a disk that is full: commands run all the same, and the history says what it could not keep of them", async () => {
  const small = path.join(bench.folder, "small");
  mkdirSync(small);
  await outputOf(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", small]);
  try {
    const full = await desk.bash(
      `export XDG_STATE_HOME=${small}; cooper dev init full --no-mount >/dev/null && cooper dev attach -s full ${box?.name} >made 2>&1 || exit
       LC_ALL=C cat /dev/zero 2>&1 >${small}/fill | grep -o 'No space left'; echo $(df --output=avail ${small})
       # More than the rest of the last block of any file that is there.
       dodo -s full echo $(printf %030000d 1) | wc -c; echo \${PIPESTATUS[0]}; rm ${small}/fill; dodo -s full echo again; echo $?
       cat ${small}/cooper/sessions/full/process.log >log; cooper history ${box?.name} >history; cooper dev rm full >/dev/null`,
    );
    expect(full).toEqual({ exit: 0, stdout: "No space left\nAvail 0\n30001\n0\nagain\n0\n", stderr: "" });
    expect(readFileSync(path.join(desk.folder, "log"), "utf8")).toMatch(
      /s1\.jsonl: ENOSPC: no space left on device.*\(journal-not-written\)/,
    );
    const history = readFileSync(path.join(desk.folder, "history"), "utf8");
    expect(history).toContain("journal-not-written");
    expect(history).toContain("echo again");
  } finally {
    await outputOf(["umount", "-l", small]);
    rmSync(small, { recursive: true, force: true });
  }
});
