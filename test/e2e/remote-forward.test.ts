import { spawn } from "node:child_process";
import { connect, createServer } from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { cooperProgram } from "../support/cli.ts";
import { removeContainer, startContainer, type TestContainer } from "../support/container.ts";
import { testEngine } from "../support/engine.ts";
import { freePort, SshBench } from "../support/ssh-server.ts";
import { RemoteDesk, until } from "./remote-support.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 });

const bench = new SshBench();
const desk = new RemoteDesk({ PATH: `${bench.bin}:${process.env["PATH"] ?? ""}` });
let box: TestContainer | null = null;

/** Answers each connection with what it got, turned round. */
const SERVER = `use IO::Socket::INET;
my $server = IO::Socket::INET->new(LocalPort => 8125, Listen => 9, ReuseAddr => 1) or die;
while (my $one = $server->accept) { my $line = <$one>; chomp $line; print $one scalar(reverse $line), "\\n"; close $one; }`;

beforeAll(async () => {
  const near = await testEngine();
  await bench.open();
  const far = await bench.start("far", { environment: { PATH: process.env["PATH"] ?? "", DOCKER_HOST: near.url } });
  await bench.configure([`Host build1\n  HostName 127.0.0.1\n  Port ${far}`]);
  box = await startContainer({ command: ["perl", "-e", SERVER] });
  for (const [name, where] of [
    ["here", "--local"],
    ["far", "--host build1"],
  ]) {
    await desk.told(`cooper dev init ${name} ${where} --container ${box.name} --no-mount`);
  }
});

afterAll(async () => {
  await desk.leave();
  bench.close();
  if (box !== null) await removeContainer(box.name);
});

interface Forwarding {
  /** All it has said once the port is open. */
  readonly said: string;
  /** Its exit code after ^C. */
  stop(): Promise<number | null>;
}

function forward(session: string, ports: string): Promise<Forwarding> {
  const words = [cooperProgram(), "dev", "forward", ports, "--session", session];
  const child = spawn(process.execPath, words, {
    env: { ...process.env, ...desk.env },
    cwd: desk.folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exit = new Promise<number | null>((resolve) => child.once("close", resolve));
  const stop = (): Promise<number | null> => {
    child.kill("SIGINT");
    return exit;
  };
  let said = "";
  return new Promise((resolve, reject) => {
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("^C ends it\n")) resolve({ said, stop });
    });
    void exit.then((code) => reject(new Error(`it ended with ${code}: ${said}`)));
  });
}

function ask(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let got = "";
    socket.on("data", (chunk: Buffer) => (got += chunk.toString()));
    socket.once("error", reject);
    socket.once("close", () => resolve(got));
    socket.write(`${text}\n`);
  });
}

test.each(["here", "far"])("a port of the container is one of this machine until ^C: %s", async (session) => {
  const port = await freePort();
  const open = await forward(session, `${port}:8125`);
  try {
    expect(open.said).toContain(`127.0.0.1:${port} is port 8125 of ${box?.name}`);
    await until(async () => (await ask(port, "abc").catch(() => "")) === "cba\n", "an answer through the port");
    expect(await Promise.all(["one", "two"].map((word) => ask(port, word)))).toEqual(["eno\n", "owt\n"]);
  } finally {
    expect(await open.stop()).toBe(0);
  }
  await expect(ask(port, "abc")).rejects.toThrow("ECONNREFUSED");
});

test.each([
  ["here", "port-taken"],
  ["far", "tunnel-failed"],
])("a port that is taken is told: %s", async (session, code) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  const { stderr } = await desk.bash(`cooper dev forward -s ${session} ${port}:8125`);
  expect(stderr).toContain(code);
  server.close();
});

test("what is no port is told", async () => {
  const { stdout } = await desk.bash(
    `for one in '' 0 x 1:2:3 70000; do cooper dev forward -s here "$one" 2>&1 | grep -c port-malformed; done`,
  );
  expect(stdout).toBe("1\n".repeat(5));
});
