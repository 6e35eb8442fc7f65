import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { cooperProgram } from "../support/cli.ts";
import { removeContainer, startContainer, type TestContainer } from "../support/container.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";
import { TestTerminal } from "../support/terminal.ts";
import { RemoteDesk, until } from "./remote-support.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 });

// A home such as nobody has: each place where a path is not quoted fails.
const home = mkdtempSync(path.join(tmpdir(), "cooper home 'x\n$(id)\"-"));
const bin = path.join(home, "bin");
const desk = new RemoteDesk({
  HOME: home,
  PATH: `${bin}:${process.env["PATH"] ?? ""}:/no such/folder`,
  XDG_STATE_HOME: "",
  XDG_CONFIG_HOME: "",
  ZDOTDIR: home,
});
const work = path.join(desk.folder, "my work");
let box: TestContainer | null = null;
let hasFiles = false;

beforeAll(async () => {
  mkdirSync(work);
  mkdirSync(bin);
  // Else fish makes completions of all manual pages in the background.
  for (const place of [".local/share", ".cache"]) mkdirSync(path.join(home, place, "fish", "generated_completions"), { recursive: true });
  writeFileSync(path.join(bin, "cooper"), `#!/bin/sh\nexec '${process.execPath}' '${cooperProgram()}' "$@"\n`, { mode: 0o755 });
  box = await startContainer();
  await box.run("sh", "-c", "mkdir '/srv/a b' && touch '/srv/a b/it'");
  hasFiles = await desk.attach(`cd 'my work' && cooper dev init work >/dev/null && cooper dev attach -s work ${box.name}`);
});

afterAll(async () => {
  await desk.bash('for one in "$HOME"/.local/state/cooper/sessions/*/; do cooper dev rm -f "$one"; done');
  await desk.leave();
  rmSync(home, { recursive: true, force: true, maxRetries: 20 });
  if (box !== null) await removeContainer(box.name);
});

const USE = `dodo sh -c 'echo "$1"' sh "a  b'c"
dodo export "A=x y"
dodo sh -c 'echo "$A"'
dodo cd /usr/lib
dodo pwd
git config --get safe.directory`;

const POSIX = `set -eu
alias dodo='echo old'
script=$(cooper dev init work)
. "$script"
. "$script"
${USE}
dodo false || echo $?
cooper_deactivate
alias dodo; unalias dodo
command -v dodo || echo gone
echo "\${COOPER_SESSION-none} \${COOPER_OLD_PATH-none} \${GIT_CONFIG_COUNT-none} $PATH"`;

const FISH = `function dodo; echo old; end
set script (cooper dev init --shell fish work | string collect)
source "$script"
source "$script"
${USE}
dodo false; or echo $status
cooper_deactivate
dodo; functions -e dodo
command -v dodo; or echo gone
set -q COOPER_SESSION COOPER_OLD_PATH GIT_CONFIG_COUNT; or echo none none none (string join : $PATH | string collect)`;

test.each([
  ["dash", POSIX],
  ["bash", POSIX],
  ["zsh", POSIX],
  ["busybox ash", POSIX],
  ["fish", FISH],
])("%s sources the session's script twice, uses it, and is afterwards as before", async (shell, script) => {
  const [program = "", ...applet] = shell.split(" ");
  const { stdout, stderr } = await runOnHost([program, ...applet, "-c", script], { cwd: work, env: desk.env });
  expect(stderr).toBe("");
  const [arm, old] = [stdout.split("\n").slice(0, 6), stdout.split("\n").slice(6)];
  expect(arm).toEqual(["a  b'c", "x y", "/usr/lib", "*", "1", expect.stringMatching(/old/)]);
  expect(old.join("\n")).toBe(`gone\nnone none none ${desk.env["PATH"]}\n`);
});

test.each([
  { shell: "bash", words: ["-i"] },
  { shell: "zsh", words: ["-i"], start: "autoload -Uz compinit; compinit -u -D\n", file: ".zshrc" },
  { shell: "fish", words: ["-i"] },
])("a new $shell completes words after install, also where there is no cooper on the path", async ({ shell, words, start, file }) => {
  if (start !== undefined) writeFileSync(path.join(home, file), start);
  const env = { ...desk.env, PATH: process.env["PATH"] };
  await outputOf([process.execPath, cooperProgram(), "dev", "install", "--shell", shell], { cwd: work, env });
  const terminal = new TestTerminal([shell, ...words], { cwd: work, env });
  await terminal.waitForPrompt(/[#$%>] $/);
  const completed = async (typed: string, line: string): Promise<void> => {
    terminal.keys(`${typed}\t`);
    await until(() => Promise.resolve(terminal.screen().includes(line)), line);
    terminal.keys("\u0015");
  };
  await completed("cooper dev unins", "cooper dev uninstall");
  await completed("cooper dev init --shell=f", "--shell=fish");
  if (hasFiles) await completed("dodo ls '/srv/a ", "dodo ls '/srv/a b/");
  terminal.type("dodo cat /etc/os-release");
  await terminal.waitFor(/bookworm/);
  terminal.close();
  await terminal.waitForExit();
});
