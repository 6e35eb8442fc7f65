import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { removeContainer, startContainer, type TestContainer } from "../support/container.ts";
import { freePort } from "../support/ssh-server.ts";
import { RemoteDesk, until } from "./remote-support.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 });

const desk = new RemoteDesk();
let box: TestContainer | null = null;

/** Answers each connection when it has said all, on the loopback of the container alone. */
const SERVER = `use IO::Socket::INET; $SIG{PIPE} = "IGNORE";
my $server = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 8126, Listen => 9, ReuseAddr => 1) or die;
while (my $one = $server->accept) { my $all = join "", <$one>; print $one scalar reverse $all; close $one; }`;

const FOLDER = path.join(desk.state, "cooper", "sessions", "work");
const CONFIG = path.join(FOLDER, "ssh_config");

beforeAll(async () => {
  box = await startContainer({ command: ["perl", "-e", SERVER] });
  await desk.told(`cooper dev init work --no-mount --container ${box.name}`);
  await desk.told("cooper dev ssh-config");
  writeFileSync(path.join(desk.folder, "big"), Buffer.alloc(1_500_000, "0123456789abcdef\n"));
});

afterAll(async () => {
  await desk.leave();
  if (box !== null) await removeContainer(box.name);
});

function ssh(words: string): string {
  return `ssh -F '${CONFIG}' ${words}`;
}

test("ssh runs commands: bytes both ways, errors apart, the exit code, and its place in the history", async () => {
  const told = await desk.told(
    `${ssh("work 'cat >/tmp/big; pwd; echo one >&2; exit 42'")} <big 2>err; echo $?; cat err; ${ssh("work cat /tmp/big")} | cmp - big && echo same
     ${ssh("-o RekeyLimit=300K work cat")} <big | cmp - big && echo keys; ${ssh("work 'echo far >/etc/far'")}; cooper dev history --json`,
  );
  expect(told).toMatch(/^\/root\n42\none\nsame\nkeys\n/);
  expect(told).toContain("echo far >/etc/far");
});

test("a terminal is one, and ^C and a client that goes end the command", async () => {
  const told = await desk.told(
    `script -qec "ssh -t -F '${CONFIG}' work 'test -t 0 && test -t 1 && echo both; exit 7'" /dev/null </dev/null; echo "code $?"`,
  );
  expect(told).toContain("both");
  expect(told).toContain("code 7");
  const client = spawn("ssh", ["-F", CONFIG, "work", "echo $$; exec sleep 4711"], {
    env: { ...process.env, ...desk.env },
    stdio: ["pipe", "pipe", "ignore"],
  });
  const pid = await new Promise<string>((resolve) => client.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString().trim())));
  client.kill("SIGKILL");
  await until(async () => (await box?.run("sh", "-c", `[ -e /proc/${pid} ] || echo gone`)) === "gone", "the end of the command");
});

test("scp and sftp reach its files", async () => {
  const told = await desk.told(
    `scp -q -F '${CONFIG}' big 'work:/tmp/a b' && scp -q -F '${CONFIG}' 'work:/tmp/a b' back && cmp big back && echo same
     mkdir tree && cp back tree/file && scp -q -r -F '${CONFIG}' tree work:/tmp && ssh -F '${CONFIG}' work cmp '"/tmp/a b"' /tmp/tree/file && echo whole
     echo 'ls /etc/debian_version' | sftp -q -F '${CONFIG}' -b - work`,
  );
  expect(told).toMatch(/^same\nwhole\n.*\/etc\/debian_version *\n$/s);
});

function ask(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    let got = "";
    socket.on("data", (chunk: Buffer) => (got += chunk.toString()));
    socket.once("error", reject);
    socket.once("end", () => resolve(got));
    socket.end(text);
  });
}

test("one connection takes commands and ports of the container's loopback side by side", async () => {
  const port = await freePort();
  const control = path.join(desk.state, "master");
  const client = spawn("ssh", ["-F", CONFIG, "-MN", "-S", control, "-L", `127.0.0.1:${port}:127.0.0.1:8126`, "work"], {
    env: { ...process.env, ...desk.env },
    stdio: "ignore",
  });
  try {
    await until(async () => (await ask(port, "abc").catch(() => "")) === "cba", "an answer through the port");
    expect(await Promise.all(["one", "two"].map((word) => ask(port, word)))).toEqual(["eno", "owt"]);
    const many = `for one in 1 2 3 4 5 6; do ssh -F '${CONFIG}' -S '${control}' work "echo $one" & done | sort; wait`;
    expect(await desk.told(many)).toBe("1\n2\n3\n4\n5\n6\n");
  } finally {
    client.kill("SIGTERM");
  }
});

test("the own configuration reads all aliases, and is as before without them", async () => {
  const home = path.join(desk.state, "home");
  const told = await desk.told(
    `mkdir -p '${home}/.ssh'; printf 'Host x\\n  Port 7\\n' >'${home}/.ssh/config'; HOME='${home}' cooper dev ssh-config --include >/dev/null 2>&1
     HOME='${home}' cooper dev ssh-config --include >/dev/null 2>&1; ssh -F '${home}/.ssh/config' work echo reached; head -n 2 '${home}/.ssh/config'
     HOME='${home}' cooper dev uninstall >/dev/null; cat '${home}/.ssh/config'`,
  );
  expect(told).toBe(`reached\nInclude "${desk.state}/cooper/sessions/*/ssh_config"\nHost x\nHost x\n  Port 7\n`);
});
