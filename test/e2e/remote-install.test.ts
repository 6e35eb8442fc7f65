import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { cooperEnvironment, cooperProgram } from "../support/cli.ts";
import { type HostOutcome, runOnHost } from "../support/host-command.ts";

vi.setConfig({ testTimeout: 120_000 });

const home = mkdtempSync(path.join(tmpdir(), "cooper-home-"));
const rc = path.join(home, ".bashrc");
const elsewhere = path.join(home, "dotfiles");

beforeAll(() => {
  writeFileSync(elsewhere, Buffer.from("# caf\xe9\nalias ll='ls -l'", "latin1"));
  chmodSync(elsewhere, 0o600);
  symlinkSync("dotfiles", rc);
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

function cooper(...words: readonly string[]): Promise<HostOutcome> {
  return runOnHost([process.execPath, cooperProgram(), ...words], { cwd: home, env: environment() });
}

function environment(): Record<string, string | undefined> {
  return cooperEnvironment({ HOME: home, SHELL: "/bin/bash", XDG_CONFIG_HOME: "", XDG_STATE_HOME: "", ZDOTDIR: "", COOPER_SESSION: "" });
}

test("install writes settings, completion and a block once; a shell that reads it completes words", async () => {
  mkdirSync(path.join(home, ".config", "dockerdo"), { recursive: true });
  writeFileSync(path.join(home, ".config", "dockerdo", "dockerdo.yaml"), "default_remote_host: build1\ndefault_image: debian:bookworm\n");
  expect((await cooper("dev", "install")).stdout.trim().split("\n")).toHaveLength(3);
  const installed = readFileSync(rc);
  expect((await cooper("dev", "install")).stdout).toContain("is there already");
  expect(readFileSync(rc)).toEqual(installed);
  expect(readFileSync(path.join(home, ".config", "cooper", "dev.yaml"), "utf8")).toContain("host: build1\nimage: debian:bookworm\n");
  const asked = `source ~/.bashrc; COMP_LINE="cooper dev unins"; COMP_POINT=16; _cooper cooper unins dev; echo "$COMPREPLY"
    COMP_LINE="dodo -"; COMP_POINT=6; _cooper dodo - dodo; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await runOnHost(["bash", "-c", asked], { cwd: home, env: environment() });
  expect(stdout.split("\n")).toContain("uninstall");
  expect(stdout.split("\n")).toContain("--no-history");
});

test("uninstall gives back every byte, mode and link", async () => {
  await cooper("dev", "install", "--shell", "zsh");
  await cooper("dev", "install", "--shell", "fish");
  expect((await cooper("dev", "uninstall")).exit).toBe(0);
  expect(readFileSync(rc, "latin1")).toBe("# caf\xe9\nalias ll='ls -l'");
  expect(statSync(elsewhere).mode & 0o777).toBe(0o600);
  const left = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  expect(left.map(({ name }) => name).toSorted()).toEqual([".bashrc", "dockerdo.yaml", "dotfiles"]);
  expect((await cooper("dev", "uninstall")).stdout).toBe("nothing of it is there\n");
});

test("settings of one's own stay, a wrong key is told with its place, and presets come before the rest", async () => {
  const file = path.join(home, ".config", "cooper", "dev.yaml");
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, "image: a\npresets:\n  own: {image: b, host: build9}\n  bad: {imgae: c}\n");
  const wrong = await cooper("dev", "init", "--no-mount", "one");
  expect(wrong.stderr).toContain("dev.yaml:4:9: presets.bad.imgae");
  expect(wrong.exit).toBe(2);
  writeFileSync(file, "image: a\nmount: false\npresets:\n  own: {image: b, host: build9}\n");
  await cooper("dev", "init", "two");
  await cooper("dev", "init", "three", "--preset", "own");
  await cooper("dev", "init", "four", "--preset", "own", "--image", "c", "--local");
  const sessions = path.join(home, ".local", "state", "cooper", "sessions");
  const made = ["two", "three", "four"].map((name) => readFileSync(path.join(sessions, name, "session.json"), "utf8"));
  expect(made.map((text) => /"image": "(.*)"/.exec(text)?.[1])).toEqual(["a", "b", "c"]);
  expect(made.map((text) => /"host": (.*),/.exec(text)?.[1])).toEqual(["null", '"ssh://build9"', "null"]);
  expect((await cooper("dev", "init", "five", "--preset", "none")).stderr).toContain("preset-unknown");
  expect((await cooper("dev", "uninstall")).stdout).toBe("nothing of it is there\n");
  expect(readFileSync(file, "utf8")).toContain("presets");
});
