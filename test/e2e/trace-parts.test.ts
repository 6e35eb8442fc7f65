import { createHash } from "node:crypto";
import { mkdtempSync, statSync } from "node:fs";
import { chmod, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { spawn } from "node:child_process";
import { afterAll, expect, test } from "vitest";
import { parseTrace } from "../../src/trace/protocol.ts";
import { cooperProgram, repository } from "../support/cli.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";

const folder = mkdtempSync(path.join(tmpdir(), "cooper-parts-"));
const make = (target: string): Promise<{ readonly exit: number; readonly stdout: string; readonly stderr: string }> =>
  runOnHost(["make", "-s", "-C", path.join(repository, "sensor"), target, `OUT=${folder}`]);
const native = path.join(path.dirname(cooperProgram()), "sensor-linux-x64");

afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(["test", "test-arm64"])("make %s: every part does what it should", async (target) => {
  const { exit, stdout, stderr } = await make(target);
  expect(stdout.split("\n").filter((line) => !line.startsWith("ok ") && line !== "")).toEqual([]);
  expect(stdout.split("\n").length).toBeGreaterThan(30);
  expect(stderr).toBe("");
  expect(exit).toBe(0);
});

test("the sensor is small", async () => {
  expect(await make("arm64")).toMatchObject({ exit: 0 });
  expect(statSync(native).size).toBeLessThan(100_000);
  expect(statSync(path.join(folder, "sensor-linux-arm64")).size).toBeLessThan(700_000);
});

test("the collector of arm64 understands a sensor, and answers as the reader expects", async () => {
  expect(await make("arm64")).toMatchObject({ exit: 0 });
  const collector = spawn("qemu-aarch64", [path.join(folder, "sensor-linux-arm64"), "collect", folder], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  let said = "";
  collector.stdout.on("data", (bytes: Buffer) => (said += bytes.toString("latin1")));
  const until = async (word: string): Promise<void> => {
    const deadline = Date.now() + 60_000;
    while (!said.includes(word)) {
      if (Date.now() > deadline) throw new Error(`waited in vain for ${word} in ${said}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  try {
    await until("=ready\t\0");
    collector.stdin.write("listen one\n");
    await until("=listening\tone\0");
    expect(await runOnHost([native, "launch", "--unprivileged", "--socket", path.join(folder, "one"), "--", "/bin/true"])).toMatchObject({
      exit: 0,
    });
    collector.stdin.write("dump\n");
    await until("=dumped\t\0");
    const records = said.split("\0").filter((record) => record !== "" && !record.startsWith("="));
    const { touched, lost } = parseTrace(Buffer.from(`${records.join("\0")}\0`, "latin1"), "any");
    expect(touched["/bin/true"]).toEqual(["executed"]);
    expect(lost).toBe(0);
  } finally {
    collector.stdin.end();
  }
});

test("walk lists a tree with modes, owners, and hashes, and follows no link", async () => {
  const tree = path.join(folder, "tree");
  await mkdir(path.join(tree, "below"), { recursive: true });
  await writeFile(path.join(tree, "below", "a\tfile"), "text");
  await chmod(path.join(tree, "below", "a\tfile"), 0o4750);
  await symlink("/etc", path.join(tree, "link"));
  const fields = (await outputOf([native, "walk", tree])).split("\0");
  const rows = ["/below", "/below/a\tfile", "/link"].map((one) => fields.indexOf(one));
  expect(rows.every((at) => at > 0)).toBe(true);
  expect(rows).toEqual(rows.toSorted((a, b) => a - b));
  const [, file = 0, link = 0] = rows;
  expect(fields.slice(file - 9, file - 5)).toEqual(["f", "4750", String(process.getuid?.()), String(process.getgid?.())]);
  expect(fields[file + 1]).toBe(createHash("sha256").update("text").digest("hex"));
  expect([fields[link - 9], fields[link + 1]]).toEqual(["l", "/etc"]);
  expect(fields).not.toContain("/link/passwd");
});
