import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { cooperProgram } from "../support/cli.ts";
import { uniqueName } from "../support/container.ts";
import { type HostOutcome, outputOf, runOnHost } from "../support/host-command.ts";
import { type LoneEngine, startLoneEngine } from "../support/lone-engine.ts";
import { SshBench } from "../support/ssh-server.ts";
import { RemoteDesk, until } from "./remote-support.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 });

/** So long nobody waits: the deadline that the sessions have, and what a busy machine adds to it. */
const PATIENCE_MS = 30_000;
const bench = new SshBench();
const box = uniqueName("box");
let engine: LoneEngine | null = null;

function lone(): LoneEngine {
  if (engine === null) throw new Error("there is no engine");
  return engine;
}

beforeAll(async () => {
  engine = await startLoneEngine({ before: "ip link set lo up" });
  const { host, folder } = engine;
  const root = path.join(folder, "root");
  for (const name of ["bin", "etc"]) mkdirSync(path.join(root, name), { recursive: true });
  const busybox = path.join(root, "bin/busybox");
  await copyFile((await outputOf(["sh", "-c", "command -v busybox"])).trim(), busybox);
  for (const name of ["sh", "sleep", "echo", "ps", "true", "cat"]) symlinkSync("busybox", path.join(root, "bin", name));
  await outputOf(["sh", "-c", `echo box >'${root}/etc/hostname'; tar -C '${root}' -c . | docker -H ${host} import - box`]);
  await outputOf(["docker", "-H", host, "run", "-d", "--network", "none", "--name", box, "box", "sleep", "1000"]);
  await bench.open();
  const port = await bench.start("far", { environment: { PATH: process.env["PATH"] ?? "", DOCKER_HOST: host } });
  await bench.configure([`Host build1\n  HostName 127.0.0.1\n  Port ${port}`]);
});

afterAll(async () => {
  bench.close();
  if (engine !== null) await runOnHost(["docker", "-H", engine.host, "rm", "-f", box]);
  await engine?.stop();
});

function pid(): number {
  return Number(readFileSync(path.join(lone().folder, "pid"), "utf8"));
}

/** What `act` gives while the engine's process is stopped; it goes on afterwards. */
async function whileStopped<T>(act: () => Promise<T>): Promise<T> {
  process.kill(pid(), "SIGSTOP");
  try {
    return await act();
  } finally {
    process.kill(pid(), "SIGCONT");
  }
}

const SILENT = expect.stringContaining("engine-silent");

describe.each([
  { where: "of this machine", init: "" },
  { where: "behind ssh", init: "--host build1" },
])("an engine $where that is stopped", ({ init }) => {
  const desk = new RemoteDesk({ PATH: `${bench.bin}:${process.env["PATH"] ?? ""}` });
  const near = (): Record<string, string | undefined> => ({ ...desk.env, ...(init === "" ? { DOCKER_HOST: lone().host } : {}) });

  function dodo(...words: readonly string[]): Promise<HostOutcome> {
    return runOnHost([path.join(desk.state, "cooper/sessions/work/bin/dodo"), ...words], { env: near(), timeoutMs: PATIENCE_MS });
  }

  function cooper(words: string): Promise<HostOutcome> {
    const argv = [process.execPath, cooperProgram(), "dev", ...words.split(" ")];
    return runOnHost(argv, { cwd: desk.folder, env: near(), timeoutMs: PATIENCE_MS });
  }

  afterAll(() => desk.leave());

  test("holds nobody up, also not a command that runs, and all goes on with it", async () => {
    for (const words of [`init work --deadline 2 --no-mount ${init}`.trim(), `attach ${box}`])
      expect(await cooper(words)).toMatchObject({ exit: 0 });
    expect(await dodo("echo", "before")).toMatchObject({ exit: 0, stdout: "before\n" });
    const running = dodo("sleep", "900");
    await until(async () => (await dodo("ps")).stdout.includes("sleep 900"), "the command");
    await whileStopped(async () => {
      const [first, status, doctor] = await Promise.all([dodo("echo", "there"), cooper("status"), cooper("doctor")]);
      expect(first).toMatchObject({ exit: 125, stdout: "", stderr: SILENT });
      expect(status).toMatchObject({ exit: 1 });
      expect(doctor).toMatchObject({ exit: 1, stdout: expect.stringMatching(/lack +engine of work/u) });
      expect(await cooper("status")).toMatchObject({ exit: 1, stdout: expect.stringContaining("does not answer") });
      expect(await running).toMatchObject({ exit: 125, stderr: SILENT });
    });
    await until(async () => (await dodo("echo", "after")).stdout === "after\n", "the engine's answer");
    await until(async () => !(await dodo("ps")).stdout.includes("sleep 900"), "the end of what nobody waits for");
    expect(await cooper("status")).toMatchObject({ exit: 0, stdout: expect.stringContaining(`${box}, running`) });
  });

  test("is told of where a session's process begins, which ends in time too", async () => {
    expect(await cooper("stop")).toMatchObject({ exit: 0 });
    await whileStopped(async () => {
      expect(await dodo("true")).toMatchObject({ exit: 125, stderr: SILENT });
      expect(await cooper("stop")).toMatchObject({ exit: 0 });
    });
    expect(await dodo("echo", "after")).toMatchObject({ exit: 0, stdout: "after\n" });
    await whileStopped(async () => expect(await cooper("stop")).toMatchObject({ exit: 0 }));
    expect(await dodo("echo", "again")).toMatchObject({ exit: 0, stdout: "again\n" });
  });
});
