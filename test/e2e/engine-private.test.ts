import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import * as z from "zod";
import { cooperEnvironment, cooperProgram, runCooper } from "../support/cli.ts";
import { uniqueName, withContainer } from "../support/container.ts";
import { type HostOutcome, outputOf, runOnHost } from "../support/host-command.ts";
import { openTerminal } from "../support/terminal.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

// A short path: the kernel allows 107 bytes for a socket's.
const state = mkdtempSync(join(tmpdir(), "cooper-pe-"));
const folder = join(state, "cooper", "engine");
const socket = join(folder, "docker.sock");
const environment = { XDG_STATE_HOME: state };
const system = { PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin` };

function engine(...words: readonly string[]): Promise<HostOutcome> {
  return runCooper(["engine", ...words], { env: environment });
}

function docker(...words: readonly string[]): Promise<string> {
  return outputOf(["docker", ...words], { env: { DOCKER_HOST: `unix://${socket}`, DOCKER_CONTEXT: "" } });
}

const Status = z.object({
  schema: z.literal("cooper.engine/1"),
  state: z.string(),
  pid: z.number().nullable(),
  bridge: z.string().nullable(),
  addresses: z.string().nullable(),
  containers: z.number().nullable(),
});

async function status(): Promise<z.infer<typeof Status>> {
  return Status.parse(JSON.parse((await engine("status", "--json")).stdout));
}

/** Empty for a process that has ended. */
function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

/** Words of the command lines of all processes that name the engine's folder. */
function processesOfEngine(): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/u.test(name))
    .map(commandOf)
    .filter((command) => command.includes(`${folder}/`));
}

async function filterRules(): Promise<string> {
  const tables = ["filter", "nat"].map((table) => outputOf(["iptables", "-t", table, "-S"], { env: system }));
  return (await Promise.all(tables)).join("\n");
}

afterAll(async () => {
  await engine("stop", "--purge");
  rmSync(state, { recursive: true, force: true });
});

test("before it runs: status says so, and every verb names how to start it", async () => {
  expect(await engine("status")).toMatchObject({ exit: 1, stdout: expect.stringMatching(/^state +stopped$/mu) });
  expect(await engine("env")).toMatchObject({ exit: 3, stdout: "", stderr: expect.stringContaining("cooper engine start") });
  expect(await engine("stop")).toMatchObject({ exit: 0, stdout: "The private engine was not running.\n" });
  const none = { ...environment, DOCKER_HOST: `unix://${socket}`, DOCKER_CONTEXT: "" };
  const record = await runCooper(["record", "web"], { env: none });
  expect(record).toMatchObject({ exit: 125, stderr: expect.stringContaining("There is no Docker engine") });
  expect(record.stderr).toContain("cooper engine start");
});

test("a daemon that does not come up: what it said, and nothing left", async () => {
  const programs = join(state, "programs");
  mkdirSync(programs);
  writeFileSync(join(programs, "dockerd"), "#!/bin/sh\necho 'level=fatal msg=\"no room for an engine\"' >&2\nexit 1\n", { mode: 0o755 });
  const env = { ...environment, PATH: `${programs}:${process.env["PATH"] ?? ""}` };
  const started = await runCooper(["engine", "start"], { env });
  expect(started).toMatchObject({ exit: 3, stderr: expect.stringContaining("no room for an engine") });
  const { bridge, state: now } = await status();
  expect(now).toBe("stopped");
  expect((await runOnHost(["ip", "link", "show", "dev", bridge ?? ""], { env: system })).exit).not.toBe(0);
});

test("it starts, says what it does, and a second start changes nothing", async () => {
  const first = await engine("start");
  expect(first).toMatchObject({ exit: 0, stdout: expect.stringContaining("The private engine runs") });
  expect(first.stderr).toContain(folder);
  const before = await status();
  expect(before).toMatchObject({ state: "running", pid: expect.any(Number), bridge: expect.stringMatching(/^cooper\d+$/u), containers: 0 });
  expect(await engine("start")).toMatchObject({ exit: 0, stdout: expect.stringContaining("was running already") });
  expect(await status()).toEqual(before);
  expect((await engine("status")).exit).toBe(0);
});

test("its environment leads the docker command to it, and it shares nothing with the engine that is there", async () => {
  const root = "docker info --format '{{.DockerRootDir}} {{.ID}}'";
  const own = await outputOf(["sh", "-c", `eval "$1" && ${root}`, "sh", (await engine("env")).stdout]);
  expect(own).toContain(join(folder, "data"));
  expect(own).not.toBe(await outputOf(["sh", "-c", root]));
  await withContainer({}, async ({ run }) => expect(await run("echo", "undisturbed")).toBe("undisturbed"));
});

test("containers in it reach each other and are reached at a published port", async () => {
  await outputOf(["sh", "-c", `docker save debian:bookworm | docker --host unix://${socket} load`]);
  const name = uniqueName("port");
  await docker("network", "create", name);
  const answer =
    'use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalPort => 80, Listen => 5, ReuseAddr => 1) or die; while (my $c = $s->accept) { print $c "hello\\n"; close $c }';
  await docker("run", "-d", "--init", "--name", name, "--network", name, "-p", "127.0.0.1::80", "debian:bookworm", "perl", "-e", answer);
  const published = (await docker("port", name, "80/tcp")).replace(/^.*:/u, "");
  const ask = (host: string, port: string): readonly string[] => ["bash", "-c", `exec 3<>/dev/tcp/${host}/${port} && cat <&3`];
  await expect.poll(async () => (await runOnHost(ask("127.0.0.1", published))).stdout, { timeout: 60_000 }).toBe("hello\n");
  expect(await docker("run", "--rm", "--network", name, "debian:bookworm", ...ask(name, "80"))).toBe("hello");
  expect(await docker("run", "--rm", "debian:bookworm", "cat", "/proc/net/route")).toMatch(/^eth0\s+00000000/mu);
});

test("after a crash: status says so, it starts again with its images, and a recording goes on", async () => {
  const { pid } = await status();
  const box = uniqueName("box");
  await docker("run", "-d", "--init", "--name", box, "--network", "none", "debian:bookworm", "sleep", "infinity");
  const first = await docker("inspect", "--format", "{{.State.Pid}}", box);
  const env = { ...environment, DOCKER_HOST: `unix://${socket}`, DOCKER_CONTEXT: "" };
  const terminal = openTerminal([process.execPath, cooperProgram(), "record", box], { env: cooperEnvironment(env) });
  await terminal.waitForPrompt();
  terminal.type("echo one > /srv/one");
  await terminal.waitForPrompt();
  terminal.type("echo started; sleep 600");
  await terminal.waitFor(/^started/mu);
  if (pid === null) throw new Error("The engine does not run.");
  process.kill(pid, "SIGKILL");
  expect(await terminal.waitForExit()).toBe(125);
  expect(terminal.screen().replaceAll("\n", "")).toContain("(shell-lost)"); // the line may wrap
  await expect.poll(async () => (await status()).state, { timeout: 60_000 }).toBe("stopped");
  expect(processesOfEngine()).not.toEqual([]);
  expect(await engine("start")).toMatchObject({ exit: 0, stdout: expect.stringContaining("The private engine runs") });
  expect(commandOf(first)).toBe("");
  expect(await docker("run", "--rm", "--network", "none", "debian:bookworm", "echo", "again")).toBe("again");
  const next = await runCooper(["record", "--start", box], { env, input: "cat /srv/one" });
  expect(next).toMatchObject({ exit: 0, stdout: expect.stringMatching(/^one\r?$/mu) });
  const told = (await runCooper(["history", box], { env })).stdout.split("\n").filter((line) => /^ *s\d+\.\d+ /u.test(line));
  expect(told.map((line) => line.trim().split(/ {2,}/u).slice(0, 4).join(" "))).toEqual([
    "s1.1 0 root:/ echo one > /srv/one",
    "s1.2 ? root:/ echo started; sleep 600",
    "s2.1 0 root:/ cat /srv/one",
  ]);
});

test("it stops with all that it left on the machine, and keeps its images", async () => {
  const { bridge, addresses } = await status();
  expect(await filterRules()).toContain(bridge);
  expect(await engine("stop")).toMatchObject({ exit: 0, stdout: expect.stringContaining("The private engine is stopped") });
  expect(await status()).toMatchObject({ state: "stopped", pid: null });
  expect(processesOfEngine()).toEqual([]);
  expect(readFileSync("/proc/self/mountinfo", "utf8")).not.toContain(folder);
  expect(await filterRules()).not.toMatch(new RegExp(`\\b${bridge}\\b`, "u"));
  const prefix = (addresses ?? "").replace(/\.0\.0\/16$/u, ".");
  expect(await outputOf(["ip", "-4", "address", "show"], { env: system })).not.toContain(`inet ${prefix}`);
  expect([existsSync(socket), existsSync(join(folder, "data"))]).toEqual([false, true]);
  expect(await engine("stop", "--purge")).toMatchObject({ exit: 0 });
  expect(existsSync(folder)).toBe(false);
});
