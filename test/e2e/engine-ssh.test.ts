import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { buildImage } from "../../src/engine/image/build.ts";
import { exportContainer, inspectContainer } from "../../src/engine/container/container.ts";
import { createExec, inspectExec, resizeExec, runInContainer, startExec } from "../../src/engine/stream/exec.ts";
import { removeImage } from "../../src/engine/image/image.ts";
import { type Engine, openEngine } from "../../src/engine/open-engine.ts";
import { uniqueName, withContainer } from "../support/container.ts";
import { testEngine } from "../support/engine.ts";
import { outputOf } from "../support/host-command.ts";
import { answers, freePort, isLocked } from "../support/ssh-server.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const folder = mkdtempSync(join(tmpdir(), "cooper-ssh-"));
const near = await testEngine();
let server: ChildProcess | null = null;
let address = "";
let far: Engine | null = null;

function writeSettings(port: number): void {
  // On the other side `docker` reaches the engine that the tests use.
  const environment = `"PATH=${process.env["PATH"] ?? ""}" "DOCKER_HOST=${near.url}"`;
  const lines = [
    `ListenAddress 127.0.0.1:${port}`,
    `HostKey ${join(folder, "host-key")}`,
    `AuthorizedKeysFile ${join(folder, "key.pub")}`,
    `SetEnv ${environment}`,
    `UsePAM ${isLocked() ? "yes" : "no"}`,
    "PidFile none",
    "StrictModes no",
    "PermitRootLogin yes",
    "MaxStartups 100",
    "MaxSessions 100",
  ];
  writeFileSync(join(folder, "sshd_config"), `${lines.join("\n")}\n`);
  const client = [
    "Host *",
    `  IdentityFile ${join(folder, "key")}`,
    "  IdentitiesOnly yes",
    "  BatchMode yes",
    "  StrictHostKeyChecking accept-new",
  ];
  writeFileSync(join(folder, "ssh_config"), `${[...client, `  UserKnownHostsFile ${join(folder, "known-hosts")}`].join("\n")}\n`);
}

/** The port may be taken by another in the moment between: then the server ends, and another port is tried. */
async function startServer(): Promise<number> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const port = await freePort();
    writeSettings(port);
    const started = spawn("/usr/sbin/sshd", ["-D", "-E", join(folder, "log"), "-f", join(folder, "sshd_config")], { stdio: "ignore" });
    server = started;
    const deadline = Date.now() + 60_000;
    while (started.exitCode === null && Date.now() < deadline) {
      if (await answers(port)) return port;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    started.kill("SIGKILL");
  }
  throw new Error("no ssh server could be started");
}

beforeAll(async () => {
  mkdirSync("/run/sshd", { recursive: true });
  for (const name of ["host-key", "key"]) await outputOf(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", join(folder, name)]);
  address = `ssh://${userInfo().username}@127.0.0.1:${await startServer()}`;
  // ssh reads the configuration of the user it runs as, whatever HOME says.
  const real = await outputOf(["sh", "-c", "command -v ssh"]);
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin", "ssh"), `#!/bin/sh\nexec ${real} -F '${join(folder, "ssh_config")}' "$@"\n`, { mode: 0o755 });
  far = await open(address);
});

afterAll(() => {
  far?.channel.connections.destroy();
  server?.kill("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
});

function farEngine(): Engine {
  if (far === null) throw new Error("the engine was not reached");
  return far;
}

function open(host: string): Promise<Engine> {
  const env = { ...process.env, DOCKER_HOST: host, PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}` };
  return openEngine({ env, home: folder });
}

test("the same engine, seen from afar", () => {
  expect(farEngine()).toMatchObject({ id: near.id, serverVersion: near.serverVersion, isLocal: false, url: address });
});

test("commands with input, their output and exit code", async () => {
  await withContainer({}, async ({ id }) => {
    const input = "0123456789".repeat(50_000);
    const result = await runInContainer(farEngine(), id, ["sh", "-c", "cat; echo done >&2; exit 3"], { input });
    expect(result.stdout.toString() === input).toBe(true);
    expect([result.stderr.toString(), result.exit]).toEqual(["done\n", 3]);
  });
});

test("a terminal, and its size", async () => {
  await withContainer({}, async ({ id }) => {
    const exec = await createExec(farEngine(), id, { argv: ["sh"], tty: true, env: ["PS1=ready "] });
    const stream = await startExec(farEngine(), exec, { tty: true });
    let screen = "";
    const ended = new Promise((resolve) => stream.on("close", resolve));
    stream.on("data", (chunk: Buffer) => (screen += chunk.toString()));
    await expect.poll(() => screen, { timeout: 60_000 }).toContain("ready ");
    await resizeExec(farEngine(), exec, { columns: 93, rows: 27 });
    stream.write("stty size; exit 4\r");
    await ended;
    expect(screen).toContain("27 93");
    await expect.poll(() => inspectExec(farEngine(), exec), { timeout: 60_000 }).toMatchObject({ running: false, exitCode: 4 });
  });
});

test("a whole file system comes through", async () => {
  await withContainer({}, async ({ id }) => {
    const sizeOf = async (from: Engine): Promise<number> => {
      let size = 0;
      for await (const chunk of await exportContainer(from, id)) size += chunk instanceof Buffer ? chunk.length : 0;
      return size;
    };
    expect(await sizeOf(farEngine())).toBe(await sizeOf(near));
  });
});

test("the docker command builds there too", async () => {
  const context = join(folder, "context");
  mkdirSync(context, { recursive: true });
  writeFileSync(join(context, "Dockerfile"), `FROM debian:bookworm\nENV WORD=${uniqueName("far")}\n`);
  const { imageId } = await buildImage(farEngine(), { folder: context, builder: "classic" });
  await removeImage(farEngine(), imageId);
  await expect(inspectContainer(farEngine(), imageId)).rejects.toMatchObject({ code: "container-unknown" });
});

test("a machine that does not answer, and one without an engine: ssh's own words and what to try", async () => {
  const nobody = open(`ssh://127.0.0.1:${await freePort()}`);
  await expect(nobody).rejects.toMatchObject({
    code: "engine-unreachable",
    exit: 3,
    message: expect.stringContaining("Connection refused"),
    hint: expect.stringContaining("ssh 127.0.0.1 docker version"),
  });
  const strange = open(address.replace(/^ssh:\/\/[^@]*@/u, "ssh://no-such-user@"));
  await expect(strange).rejects.toMatchObject({ code: "engine-unreachable", message: expect.stringContaining("Permission denied") });
});
