import { afterAll, expect, test } from "vitest";
import type { ShellVariable, Step } from "../../src/history/model.ts";
import { removeContainer, startContainer, type TestContainer } from "../support/container.ts";
import { outputOf } from "../support/host-command.ts";
import type { TestTerminal } from "../support/terminal.ts";
import { openRecorded, sessionsOf, stepsOf } from "./recorded-shell.ts";

let container: TestContainer | null = null;

/** A fresh container, also where the test is tried again. */
async function startFresh(): Promise<TestContainer> {
  if (container !== null) await removeContainer(container.name);
  container = await startContainer();
  const settings = "HISTCONTROL=ignoredups; HISTFILESIZE=20000; PROMPT_COMMAND='true mine'; alias ll='ls -l'";
  await container.run("sh", "-c", 'echo "$0" >> /root/.bashrc', settings);
  return container;
}

/** The container in which the first test has recorded. */
function recorded(): TestContainer {
  if (container === null) throw new Error("nothing was recorded");
  return container;
}

afterAll(async () => {
  if (container !== null) await removeContainer(container.name);
});

interface Row {
  /** Typed with Enter at the end, or exactly as it is. */
  readonly type?: string;
  readonly keys?: string;
  /** What is awaited before the next row; a prompt when absent. */
  readonly until?: RegExp;
  /** What the Step must be; null: there is none. */
  readonly step: Partial<Step> | null;
}

const long = `echo '${"0123456789 abcdef\n".repeat(6000)}' | wc -c`;
const scalar = (value: string, exported = false): ShellVariable => ({ kind: "scalar", value, exported });

const rows: readonly Row[] = [
  { type: 'echo \'two   words\' "quo\\"ted"  # and a comment', step: { exit: 0, background: false } },
  { type: "false | true | false", step: { exit: 1 } },
  { type: "for i in 1 2; do\n  echo $i\ndone > /srv/loop", step: { exit: 0 } },
  { type: "cat > /srv/here <<'EOF'\n  in 'quotes' $x\n\nEOF", step: { exit: 0 } },
  { type: 'greet() {\n  echo "hi $1"\n}', step: { change: { functions: { greet: 'greet () \n{ \n    echo "hi $1"\n}' } } } },
  { type: "echo one \\\n  two", step: { ran: "echo one \\\n  two" } },
  { type: "echo käse ✓", step: { exit: 0 } },
  { type: "echo first", step: { ran: "echo first" } },
  { type: "!!", step: { typed: "!!", ran: "echo first" } },
  { type: "# only a comment", step: { exit: 0 } },
  { type: "if then", step: { exit: 2 } },
  { type: "", step: null },
  { keys: "echo never\u0003", step: null },
  { keys: "sh -c 'echo go; exec sleep 600'\r", until: /^go/m, step: null },
  { keys: "\u0003", step: { typed: "sh -c 'echo go; exec sleep 600'", exit: 130, interrupted: true } },
  { keys: "sh -c 'echo go; exec sleep 601'\r", until: /^go/m, step: null },
  { keys: "\u001A", step: { typed: "sh -c 'echo go; exec sleep 601'", exit: 148, interrupted: false } },
  { type: "kill %1; wait", step: {} },
  { keys: "sh -c 'echo go; until test -e /run/on; do sleep 0.1; done; echo on'\r", until: /^go/m, step: null },
  { keys: "\u001A", step: { typed: "sh -c 'echo go; until test -e /run/on; do sleep 0.1; done; echo on'", exit: 148 } },
  { type: "jobs; touch /run/on", step: { exit: 0 } },
  { type: "fg", step: { exit: 0, interrupted: false } },
  { keys: "cat /etc/hostn\t\r", step: { typed: "cat /etc/hostname ", exit: 0 } },
  { keys: "echo $TERM; tput colors\r", until: /^xterm-256color\n256/m, step: { typed: "echo $TERM; tput colors" } },
  { type: "sleep 0.1 &", step: { exit: 0, background: true } },
  { type: "wait; sleep 0.2", step: { background: false } },
  { keys: "ech\t\u007F\u007F\u007F\u007F\u007Fpwd\r", step: { typed: "pwd" } },
  { type: "cd /srv; umask 077", step: { change: { cwd: "/srv", umask: "0077" } } },
  {
    type: "export NAME='a b'; LIST=(x 'y z')",
    step: {
      change: {
        variables: {
          NAME: scalar("a b", true),
          LIST: {
            kind: "array",
            value: [
              ["0", "x"],
              ["1", "y z"],
            ],
            exported: false,
          },
        },
      },
    },
  },
  {
    type: "alias q='echo q'; set -o pipefail; shopt -s extglob",
    step: { change: { aliases: { q: "echo q" }, options: { pipefail: true, "shopt:extglob": true } } },
  },
  { type: "ll /srv | wc -l", step: { cwd: "/srv", umask: "0077" } },
  { keys: `\u001B[200~${long.replaceAll("\n", "\r")}\u001B[201~\r`, step: { typed: long, exit: 0 } },
  { keys: "\u001B[200~echo pasted 1\recho pasted 2\u001B[201~\r", until: /pasted 1\s+pasted 2/, step: { typed: "echo pasted 1" } },
  { type: "env | grep -c cooper; ls /dev/shm", step: { exit: 0 } },
];

async function enter(terminal: TestTerminal, row: Row): Promise<void> {
  if (row.type !== undefined) terminal.type(row.type);
  else terminal.keys(row.keys ?? "");
  if (row.until === undefined) await terminal.waitForPrompt();
  else await terminal.waitFor(row.until);
}

test("a shell's commands become Steps exactly as typed", { timeout: 240_000 }, async () => {
  const fresh = await startFresh();
  const terminal = await openRecorded(fresh);
  for (const row of rows) await enter(terminal, row);
  await terminal.waitForPrompt();
  terminal.type("exit 7");
  expect(await terminal.waitForExit()).toBe(7);
  const steps = await stepsOf(fresh);
  const wanted = rows.flatMap(({ type, step }) => (step === null ? [] : [{ ...(type === undefined ? {} : { typed: type }), ...step }]));
  wanted.splice(-1, 0, { typed: "echo pasted 2" });
  expect(steps.map(({ typed }) => typed)).toEqual([...wanted.map(({ typed }) => typed), "exit 7"]);
  for (const [index, step] of wanted.entries()) expect(steps[index]).toMatchObject(step);
  expect(steps.at(-1)).toMatchObject({ exit: 7, change: {} });
  expect(terminal.raw()).not.toMatch(/7770|__cooper/);
  expect(terminal.raw()).toMatch(/^0\r$/m);
});

test("each Step has the paths that it changed, and the user's history is the user's", async () => {
  const steps = await stepsOf(recorded());
  const changes = Object.fromEntries(
    steps.map(({ typed, effect }) => [typed.split("\n")[0], effect.changes.map(({ kind, path }) => `${kind} ${path}`)]),
  );
  expect(changes).toMatchObject({
    "for i in 1 2; do": ["created /srv/loop"],
    "cat > /srv/here <<'EOF'": ["created /srv/here"],
    "echo first": [],
    "exit 7": ["created /root/.bash_history"],
  });
  const saved = (await recorded().run("cat", "/root/.bash_history")).split("\n");
  expect(saved[0]).toBe(rows[0]?.type);
  expect(saved).toContain("for i in 1 2; do   echo $i; done > /srv/loop");
  expect(saved.at(-1)).toBe("exit 7");
  expect(saved.join("\n")).not.toMatch(/__cooper|7770/);
  const [session] = await sessionsOf(recorded());
  expect(Object.values(session?.shells ?? {})).toMatchObject([
    { kind: "bash", parent: null, identity: { user: "root", uid: 0 }, state: { cwd: "/", umask: "0022", aliases: { ll: "ls -l" } } },
  ]);
  const variables = Object.values(session?.shells ?? {})[0]?.state.variables ?? {};
  expect(variables["PROMPT_COMMAND"]?.value).toBe("true mine");
  expect(Object.keys(variables).filter((name) => /cooper/i.test(name) || name === "PS0")).toEqual([]);
});

test("no process of the recorder stays, and no file", async () => {
  expect(await recorded().run("sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '")).not.toMatch(/rcfile|dev\/tty/);
  const told = new Set(
    (await sessionsOf(recorded())).flatMap(({ steps }) => steps.flatMap(({ effect }) => effect.changes.map((change) => change.path))),
  );
  const there = (await outputOf(["docker", "diff", recorded().name])).split("\n").filter((line) => line.startsWith("A "));
  expect(there.map((line) => line.slice(2)).filter((path) => !told.has(path) && path !== "/usr/sbin/docker-init")).toEqual([]);
});
