import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cooperProgram } from "../support/cli.ts";
import { removeContainer, uniqueName } from "../support/container.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";

const name = uniqueName("map");
let root = "";
const at = (...names: readonly string[]): string => path.join(root, ...names);

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "cooper-test-map-"));
  await chmod(root, 0o755);
  await mkdir(at("trap"));
  for (const program of ["node", "env", "sh", "docker"]) {
    await writeFile(at("trap", program), `#!/bin/sh\ntouch ${at("trap", "sprung")}\n`);
    await chmod(at("trap", program), 0o755);
  }
  await writeFile(at("trap", "hook.cjs"), `require("fs").writeFileSync(${JSON.stringify(at("trap", "sprung"))}, "");`);
  // As npm installs them: by links in another folder.
  await mkdir(at("bin"));
  for (const [command, program] of [
    ["d-map", "d-map.mjs"],
    ["cooper", "cli.mjs"],
  ] as const) {
    await symlink(path.join(path.dirname(cooperProgram()), program), at("bin", command));
  }
  await symlink(process.execPath, at("bin", "node"));
  await outputOf(["docker", "run", "-d", "--name", name, "debian:bookworm", "sleep", "infinity"]);
});

afterAll(async () => {
  await removeContainer(name);
  await rm(root, { recursive: true, force: true });
});

/** What someone who must not become root could set. */
const hostile = (): Record<string, string> => ({
  PATH: `${at("trap")}:${process.env["PATH"] ?? ""}`,
  NODE_OPTIONS: `--require ${at("trap", "hook.cjs")}`,
  NODE_PATH: at("trap"),
  DOCKER_HOST: "tcp://127.0.0.1:1",
  DOCKER_CONTEXT: "nowhere",
  DOCKER_CONFIG: at("trap"),
  COOPER_STATE: at("trap"),
  HOME: at("trap"),
  XDG_CONFIG_HOME: at("trap"),
  ENV: at("trap", "env"),
  BASH_ENV: at("trap", "env"),
  "BASH_FUNC_exec%%": `() { touch ${at("trap", "sprung")}; }`,
});

interface Mapped {
  readonly exit: number;
  readonly own: readonly string[];
  readonly isSprung: boolean;
}

/** Runs a command with the hostile variables, and tells which lines of the test's own container it printed. */
async function mapped(argv: readonly string[]): Promise<Mapped> {
  const { exit, stdout, stderr } = await runOnHost(argv, { env: hostile() });
  expect(stderr).not.toContain("127.0.0.1");
  return { exit, own: stdout.split("\n").filter((line) => line.includes(name)), isSprung: existsSync(at("trap", "sprung")) };
}

/** What is to be told: what the local socket says, which the tests' engine need not be at. */
async function wanted(): Promise<Mapped> {
  const clean = { ...Object.fromEntries(Object.keys(hostile()).map((key) => [key, undefined])), PATH: process.env["PATH"] };
  const list = ["docker", "-H", "unix:///var/run/docker.sock", "ps", "--no-trunc", "--format", "{{.ID}} {{.Names}}"];
  const { exit, stdout } = await runOnHost(list, { env: clean });
  const own = stdout.split("\n").filter((line) => line.endsWith(` ${name}`));
  return { exit: exit === 0 ? 0 : 3, own: own.map((line) => `${line.slice(0, 12)} ${name}`), isSprung: false };
}

test("d-map and map take nothing over from who calls them", { timeout: 120_000 }, async () => {
  for (const words of [[at("bin", "d-map")], [at("bin", "cooper"), "map"]]) expect(await mapped(words)).toEqual(await wanted());
  expect(await runOnHost([at("bin", "d-map"), "-H", "tcp://127.0.0.1:1"], { env: hostile() })).toMatchObject({ exit: 2, stdout: "" });
});

test("d-map and map under sudo, for someone who is not root and may keep their variables", { timeout: 120_000 }, async () => {
  const rules = [
    "Defaults env_reset",
    `Defaults secure_path="${at("bin")}:/usr/sbin:/usr/bin:/sbin:/bin"`,
    `nobody ALL=(root) NOPASSWD:SETENV: ${at("bin", "d-map")} ""`,
    `nobody ALL=(root) NOPASSWD:SETENV: ${at("bin", "cooper")} map`,
  ];
  await writeFile(at("sudoers"), `${rules.join("\n")}\n`, { mode: 0o440 });
  // The rules stand in a mount table of this command's own.
  const asNobody = 'mount --bind "$1" /etc/sudoers; shift; exec setpriv --reuid=nobody --regid=nogroup --clear-groups -- "$@"';
  const start = ["/usr/bin/unshare", "-m", "/bin/sh", "-ec", asNobody, "sh", at("sudoers"), "/usr/bin/sudo", "-n"];
  const sudo = (...words: readonly string[]): readonly string[] => [...start, ...words];
  expect(await mapped(sudo("-E", at("bin", "d-map")))).toEqual(await wanted());
  expect(await mapped(sudo("-E", at("bin", "cooper"), "map"))).toEqual(await wanted());
  expect(await mapped(sudo("-E", at("bin", "d-map"), "--json"))).toMatchObject({ exit: 1, own: [], isSprung: false });
});
