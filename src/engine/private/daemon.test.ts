import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { daemonPid, dockerdCommand, findDockerd, systemEnvironment } from "./daemon.ts";
import { privatePaths, requireShortPath } from "./paths.ts";

const folder = mkdtempSync(join(tmpdir(), "cooper-daemon-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const paths = privatePaths({ XDG_STATE_HOME: folder });

describe("findDockerd", () => {
  test("none: the error names the package", async () => {
    await expect(findDockerd({ PATH: folder })).rejects.toMatchObject({
      code: "dockerd-missing",
      exit: 3,
      hint: expect.stringContaining("apt-get install docker.io"),
    });
  });

  test("the first in PATH", async () => {
    const program = join(folder, "dockerd");
    writeFileSync(program, "");
    expect(await findDockerd({ PATH: `/nowhere:${folder}` })).toBe(program);
    rmSync(program);
  });
});

describe("systemEnvironment", () => {
  test.each([
    ["a person's PATH", "/home/me/bin:/usr/bin", "/home/me/bin:/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin:/bin"],
    ["no PATH", "", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
  ])("%s", (_name, path, expected) => {
    expect(systemEnvironment({ PATH: path, LANG: "C" })).toEqual({ PATH: expected, LANG: "C" });
  });
});

describe("dockerdCommand", () => {
  test("every folder is the private engine's own, and the packet filter is left alone", () => {
    const command = dockerdCommand("/usr/sbin/dockerd", paths, { name: "cooper3", pool: "10.203.0.0/16" });
    expect(command.filter((word) => word.startsWith("/") && !word.startsWith(folder))).toEqual(["/usr/sbin/dockerd"]);
    expect(command).toEqual(expect.arrayContaining([`--host=unix://${paths.socket}`, "--bridge=cooper3", "--iptables=false"]));
    expect(command).toContain("--default-address-pool=base=10.203.0.0/16,size=24");
  });
});

describe("daemonPid", () => {
  test.each([
    ["no file", null],
    ["no number", "engine\n"],
    ["the pid of another program", `${process.pid}\n`],
    ["a pid that is not in use", "4194999\n"],
    ["the first process", "1\n"],
  ])("%s: it does not run", async (_name, text) => {
    const file = join(folder, "pid");
    if (text !== null) writeFileSync(file, text);
    expect(await daemonPid({ ...paths, pidFile: file })).toBeNull();
    rmSync(file, { force: true });
  });
});

describe("requireShortPath", () => {
  test("a state folder that is too deep for a socket", () => {
    requireShortPath(privatePaths({ XDG_STATE_HOME: "/root/.local/state" }));
    expect(() => requireShortPath(privatePaths({ XDG_STATE_HOME: `/${"deep/".repeat(20)}` }))).toThrow(
      expect.objectContaining({ code: "state-path-too-long", exit: 2, hint: expect.stringContaining("XDG_STATE_HOME") }),
    );
  });
});
