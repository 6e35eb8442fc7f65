import { afterAll, beforeAll, expect, test } from "vitest";
import type { Step } from "../../src/history/model.ts";
import { removeContainer, startContainer, type TestContainer } from "../support/container.ts";
import { openRecorded, sessionsOf, stepsOf, typeAll } from "./recorded-shell.ts";

let container: TestContainer;

const SETUP = `
export DEBIAN_FRONTEND=noninteractive
for attempt in 1 2 3 4 5; do
  apt-get update -qq && apt-get install -qq -y --no-install-recommends zsh busybox sudo >/dev/null && break
  sleep $((attempt * 3))
done
command -v zsh && command -v busybox && command -v sudo
useradd -m -s /bin/bash app; useradd -m -s /bin/dash dash; echo 'app ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/app
ln -s /bin/busybox /usr/local/bin/ash
echo 'PROMPT="%n %~ %# "; HISTFILE=~/.zsh_history; HISTSIZE=99; SAVEHIST=99; alias zz=ls' > /root/.zshrc
`;

beforeAll(async () => {
  container = await startContainer();
  await container.run("sh", "-ec", SETUP);
}, 240_000);

afterAll(() => removeContainer(container.name));

async function record(options: readonly string[], lines: readonly string[]): Promise<readonly Step[]> {
  const terminal = await openRecorded(container, ...options);
  await typeAll(terminal, lines);
  terminal.type("exit 5");
  expect(await terminal.waitForExit()).toBe(5);
  expect(terminal.raw()).not.toMatch(/7770|__cooper/);
  const steps = await stepsOf(container);
  expect(steps.map(({ typed }) => typed)).toEqual([...lines.filter((line) => line !== ""), "exit 5"]);
  return steps;
}

const posix = [
  "cd /srv",
  "X='a b'; export Y=2",
  "for i in 1 2; do\n  echo $i\ndone > loop",
  "cat > here <<'E'\n$x\n\nE",
  "# comment",
  "false",
  "",
  "umask 077; alias ll='ls -l'",
];

test.each(["dash", "ash", "zsh"])("%s", { timeout: 240_000 }, async (shell) => {
  await container.run("sh", "-c", "rm -f /srv/*");
  const steps = await record(["--shell", shell], shell === "zsh" ? posix.filter((line) => !line.startsWith("#")) : posix);
  const of = (start: string): Step | undefined => steps.find(({ typed }) => typed.startsWith(start));
  expect(of("cd /srv")?.change).toEqual({ cwd: "/srv" });
  expect(of("X=")?.change.variables).toEqual({
    X: { kind: "scalar", value: "a b", exported: false },
    Y: { kind: "scalar", value: "2", exported: true },
  });
  expect(of("for i")).toMatchObject({ cwd: "/srv", exit: 0 });
  expect(of("for i")?.effect.changes.map(({ path }) => path)).toEqual(["/srv/loop"]);
  expect(of("cat >")?.effect.changes.map(({ path }) => path)).toEqual(["/srv/here"]);
  expect(of("false")).toMatchObject({ exit: 1 });
  expect(of("umask")?.change).toMatchObject({ umask: "0077", aliases: { ll: "ls -l" } });
  expect(of("exit")).toMatchObject({ exit: 5, umask: "0077" });
  const shells = Object.values((await sessionsOf(container)).at(-1)?.shells ?? {});
  expect(shells).toMatchObject([{ kind: shell, parent: null, identity: { user: "root" }, state: { cwd: "/" } }]);
});

test("zsh has its own start-up files and history", async () => {
  const shells = Object.values((await sessionsOf(container)).at(-1)?.shells ?? {});
  expect(Object.keys(shells[0]?.state.variables ?? {})).not.toContain("LOGNAME");
  expect(shells[0]?.state).toMatchObject({ aliases: { zz: "ls" }, variables: { PS1: { value: "%n %~ %# " } } });
  const saved = await container.run("cat", "/root/.zsh_history");
  expect(saved.split("\n")[0]).toBe("cd /srv");
  expect(saved).not.toMatch(/7770|cooper|tty/);
});

test("shells that a command opens are recorded as what they are", { timeout: 240_000 }, async () => {
  const lines = [
    "su - app",
    "id -un",
    "cd /tmp",
    "sudo -i",
    "id -un",
    "exit",
    "exit",
    "su - dash",
    "echo in dash",
    "exit",
    "bash",
    "A=1",
    "exec bash",
    "echo replaced",
    "exit",
    "zsh",
    "echo in zsh",
    "exit",
    "echo back",
  ];
  const steps = await record([], lines);
  const shells = (await sessionsOf(container)).at(-1)?.shells ?? {};
  const who = steps.map(({ typed, shell, identity }) => `${shells[shell]?.kind} ${identity.user}: ${typed}`);
  expect(who).toEqual([
    "bash root: su - app",
    "bash app: id -un",
    "bash app: cd /tmp",
    "bash app: sudo -i",
    "bash root: id -un",
    "bash root: exit",
    "bash app: exit",
    "bash root: su - dash",
    "dash dash: echo in dash",
    "dash dash: exit",
    "bash root: bash",
    "bash root: A=1",
    "bash root: exec bash",
    "bash root: echo replaced",
    "bash root: exit",
    "bash root: zsh",
    "zsh root: echo in zsh",
    "zsh root: exit",
    "bash root: echo back",
    "bash root: exit 5",
  ]);
  const opened = steps.filter((step) => step.opened.length > 0);
  expect(opened.map(({ typed }) => typed)).toEqual(["su - app", "sudo -i", "su - dash", "bash", "exec bash", "zsh"]);
  expect(opened.map((step) => shells[step.opened[0] ?? ""]?.parent)).toEqual(opened.map(({ shell }) => shell));
  expect(shells[opened[0]?.opened[0] ?? ""]).toMatchObject({ login: true, identity: { uid: 1000 }, state: { cwd: "/home/app" } });
  const saved = await container.run("sh", "-c", "cat /root/.bash_history /home/app/.bash_history /root/.zsh_history");
  expect(saved).toMatch(/exec bash/);
  expect(saved).not.toMatch(/7770|cooper|tty/);
});
