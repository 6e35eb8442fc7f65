import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeTempFolder } from "../file/files.ts";
import { runProcess, spawnDetached, spawnStream } from "./process.ts";

describe("runProcess", () => {
  test("gives output and exit code", async () => {
    const { exit, signal, stdout, stderr } = await runProcess(["sh", "-c", "cat; echo e >&2; exit 3"], { input: "in" });
    expect([exit, signal, stdout.toString(), stderr.toString()]).toEqual([3, null, "in", "e\n"]);
  });
  test("gives the signal that ended it", async () => {
    expect(await runProcess(["sh", "-c", "kill -TERM $$"])).toMatchObject({ exit: 128, signal: "SIGTERM" });
  });
  test("hands on output while it comes", async () => {
    const heard: string[] = [];
    await runProcess(["sh", "-c", "echo a; echo b >&2"], { onOutput: (chunk, stream) => heard.push(`${stream} ${chunk}`) });
    expect(heard.toSorted()).toEqual(["stderr b\n", "stdout a\n"]);
  });
  test("does not mind a program that does not read its input", async () => {
    expect((await runProcess(["true"], { input: "x".repeat(1_000_000) })).exit).toBe(0);
  });
  test("gives the environment that it is given, and no other", async () => {
    const { stdout } = await runProcess(["/usr/bin/env"], { env: { A: "1", B: undefined } });
    expect(stdout.toString()).toBe("A=1\n");
  });

  const FAILURES: readonly (readonly [string, readonly string[], Parameters<typeof runProcess>[1], object])[] = [
    ["no such program", ["cooper-nothing"], {}, { code: "program-not-found", exit: 127 }],
    ["a program that may not run", ["/etc/passwd"], {}, { code: "program-not-found", exit: 126 }],
    ["no program", [], {}, { code: "program-not-found", exit: 127 }],
    ["no such folder", ["true"], { cwd: "/nothing" }, { code: "folder-not-found" }],
    ["a deadline", ["sleep", "60"], { timeoutMs: 50 }, { code: "process-timeout", exit: 124 }],
    [
      "a failure that is checked",
      ["sh", "-c", "echo why >&2; exit 2"],
      { check: true },
      { code: "process-failed", message: "sh ended with exit code 2: why" },
    ],
  ];
  test.each(FAILURES)("fails for %s", async (...row) => {
    const [, argv, options, error] = row;
    await expect(runProcess(argv, options)).rejects.toMatchObject(error);
  });

  test("ends with its group what it left running, which would hold its output", async () => {
    const { exit, stdout } = await runProcess(["sh", "-c", "sleep 600 & echo left"], { ownsGroup: true });
    expect([exit, stdout.toString()]).toEqual([0, "left\n"]);
  });
  test("stops a whole group at its deadline", async () => {
    await expect(runProcess(["sh", "-c", "sleep 600; true"], { ownsGroup: true, timeoutMs: 50 })).rejects.toMatchObject({
      code: "process-timeout",
    });
  });
  test("stops when it is asked to", async () => {
    const abort = new AbortController();
    const running = runProcess(["sh", "-c", "echo started; exec sleep 60"], { signal: abort.signal, onOutput: () => abort.abort() });
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
    await expect(runProcess(["true"], { signal: abort.signal })).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("spawnStream", () => {
  test("gives streams and the exit code", async () => {
    const cat = spawnStream(["cat"]);
    cat.stdin.end("text");
    const chunks: string[] = [];
    for await (const chunk of cat.stdout) chunks.push(String(chunk));
    expect([chunks.join(""), await cat.exit]).toEqual(["text", 0]);
  });
  test("is ended by kill", async () => {
    const sleep = spawnStream(["sleep", "60"]);
    sleep.kill();
    expect(await sleep.exit).toBe(128);
  });
  test("tells of a program that is not there", async () => {
    await expect(spawnStream(["cooper-nothing"]).exit).rejects.toMatchObject({ code: "program-not-found" });
  });
});

describe("spawnDetached", () => {
  test("writes what it prints into the log", async () => {
    const folder = await makeTempFolder("cooper-test-");
    try {
      const logFile = join(folder.path, "log");
      const pid = await spawnDetached(["sh", "-c", "echo $$"], { logFile });
      await expect.poll(() => readFile(logFile, "utf8"), { timeout: 30_000 }).toBe(`${pid}\n`);
    } finally {
      await folder.remove();
    }
  });
  test("tells of a program that is not there", async () => {
    await expect(spawnDetached(["cooper-nothing"], { logFile: "/dev/null" })).rejects.toMatchObject({ code: "program-not-found" });
  });
});
