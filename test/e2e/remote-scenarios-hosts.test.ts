import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { readSession } from "../../src/remote/session/session-record.ts";
import path from "node:path";
import { removeContainer, startContainer, type TestContainer } from "../support/container.ts";
import { testEngine } from "../support/engine.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";
import { SshBench } from "../support/ssh-server.ts";
import { RemoteDesk, until } from "./remote-support.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const ssh = new SshBench();
const desk = new RemoteDesk({ PATH: `${ssh.bin}:${process.env["PATH"] ?? ""}` });
let first: TestContainer | null = null;
let second: TestContainer | null = null;

beforeAll(async () => {
  const near = await testEngine();
  const environment = { PATH: process.env["PATH"] ?? "", DOCKER_HOST: near.url };
  await ssh.open();
  const far = await ssh.start("far", { environment });
  // As a .bashrc that takes its time and prints what it likes.
  const talk = `ForceCommand echo 'Welcome to this machine!'; echo note >&2; sleep 0.1; eval "$SSH_ORIGINAL_COMMAND"`;
  const talking = await ssh.start("talking", { environment, settings: [talk] });
  await ssh.configure([`Host far\n  HostName 127.0.0.1\n  Port ${far}`, `Host talking\n  HostName 127.0.0.1\n  Port ${talking}`]);
  [first, second] = await Promise.all([startContainer(), startContainer()]);
  const init = "cooper dev init";
  await desk.told(
    `${init} far --host far --no-mount && cooper dev attach -s far ${first.name} && ${init} talking --host talking --no-mount && cooper dev attach -s talking ${second.name}
     ${init} near --no-mount && cooper dev attach -s near ${first.name}`,
  );
});

afterAll(async () => {
  await desk.leave();
  ssh.close();
  for (const box of [first, second]) if (box !== null) await removeContainer(box.name);
});

test("several hosts, containers and sessions at once, and one Draft of a container", async () => {
  const each = (session: string): string => `dodo -s ${session} sh -c 'cat; hostname; exit 255' <<<${session}; echo $?`;
  const told = await desk.told(
    ["far", "talking", "near"].map((session) => `{ ${each(session)}; } >${session} &`).join(" ") + " wait; cat far talking near",
  );
  const names = await Promise.all([first, second].map(async (box) => (await box?.run("hostname")) ?? ""));
  expect(told).toBe(`far\n${names[0]}\n255\ntalking\n${names[1]}\n255\nnear\n${names[0]}\n255\n`);

  await desk.told(
    `for n in 1 2; do dodo -s near sh -c "echo $n >/srv/near-$n" && dodo -s far sh -c "echo $n >/srv/far-$n"; done; cooper dev stop -s near; cooper dev stop -s far`,
  );
  const drafts = await desk.told(`cooper replay ${first?.name}; echo ======; cooper replay ${first?.name}`);
  const [one, other] = drafts.split("======\n");
  expect(other).toBe(one);
});

test("what a login prints is no part of any output", async () => {
  const told = await desk.bash(
    `head -c 300000 /dev/urandom >data; dodo -s talking cat <data | cmp - data && echo same; dodo -s talking sh -c 'echo out; echo err >&2'
     cooper dev init talked --host talking --no-mount >/dev/null; cooper dev run --session talked --network none debian:bookworm >/dev/null && dodo -s talked echo made; cooper dev rm -f talked`,
  );
  expect(told.stdout).toBe("same\nout\nmade\n");
  expect(told.stderr).not.toMatch(/Welcome|Parse Error/u);
});

/** The numbers of the processes that hold the connection of the session "far". */
async function master(): Promise<string> {
  const record = (await readSession(path.join(desk.state, "cooper/sessions/far")))?.record;
  return (await runOnHost(["pgrep", "-f", "--", `-M -N -T -S ${record?.socket}[.]ssh`])).stdout.trim();
}

test("an ssh that is killed leaves its socket, and another one takes its place", async () => {
  await desk.told("dodo -s far true");
  const [before = ""] = (await master()).split("\n");
  expect(before).toMatch(/^\d+$/u);
  process.kill(Number(before), "SIGKILL");
  await until(async () => (await desk.bash("dodo -s far echo there")).stdout === "there\n", "commands after the ssh was killed");
  await until(async () => {
    const now = await master();
    return now !== "" && !now.split("\n").includes(before);
  }, "another ssh");
});

test("an ssh whose session's process is killed ends when the next one connects", async () => {
  await desk.told("dodo -s far true");
  const left = await master();
  expect(left).toMatch(/^\d+$/u);
  const serve = `dev serve ${path.join(desk.state, "cooper/sessions/far")}`;
  const { stdout: pids } = await runOnHost(["pgrep", "-f", "--", serve]);
  expect(pids.trim()).toMatch(/^\d+$/u);
  process.kill(Number(pids), "SIGKILL");
  await until(async () => (await desk.bash("dodo -s far echo there")).stdout === "there\n", "commands after the process was killed");
  await until(async () => {
    const now = await master();
    return /^\d+$/u.test(now) && now !== left;
  }, "one ssh, another than before");
});

test("a container that was stopped or removed is said, with what to do", async () => {
  const { name } = first ?? { name: "" };
  await outputOf(["docker", "stop", "-t", "0", name]);
  await until(async () => (await desk.bash("dodo -s near true")).stderr.includes("container-stopped"), "the end of the container");
  const { stdout, stderr } = await desk.bash(
    `dodo -s near true; echo $?; cooper dev status -s near; cooper dev start -s near >/dev/null; dodo -s near echo again`,
  );
  expect(stdout).toMatch(/^125\n.*exited.*\nagain\n$/su);
  expect(stderr).toContain("cooper dev start");
  await removeContainer(name);
  await until(async () => (await desk.bash("dodo -s near true; echo $?")).stderr.includes("container-removed"), "the end of the container");
  expect(await desk.bash("dodo -s near true; echo $?; cooper dev status -s near")).toMatchObject({
    stdout: expect.stringMatching(/^125\n.*removed/su),
  });
});
