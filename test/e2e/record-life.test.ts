import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import type { Step } from "../../src/history/model.ts";
import { runCooper, testStateFolder } from "../support/cli.ts";
import { type TestContainer, withContainer } from "../support/container.ts";
import { outputOf } from "../support/host-command.ts";
import { openRecorded, sessionsOf, stepsOf, typeAll } from "./recorded-shell.ts";

function changesOf(steps: readonly Step[], typed: string): readonly string[] {
  return steps.find((step) => step.typed === typed)?.effect.changes.map(({ kind, path: at }) => `${kind} ${at}`) ?? ["no such step"];
}

test("lines of a file are typed one by one, answers too, and the exit code is the shell's", async () => {
  await withContainer({}, async (container) => {
    // As apt does while dpkg runs: a program with a terminal of its own passes on what is typed, and waits for keys all the time.
    const relay = [`relay -qc "sleep 1; echo inner" /dev/null`, `relay -qc 'read name; echo "name $name"' /dev/null`];
    const start = 'cd /srv\ncat > f <<E\n\ttab\nE\nread answer\nyes and no\necho "got $answer"\n';
    const input = `${start}cp /usr/bin/script /usr/bin/relay\n${relay[0]}\n${relay[1]}\nme\n(exit 4)`;
    const { exit, stdout } = await runCooper(["record", container.name], { input });
    expect(exit).toBe(4);
    expect(stdout).toMatch(/^got yes and no\r?$/m);
    const steps = await stepsOf(container);
    expect(stdout).toMatch(/^name me\r?$/m);
    expect(steps.map(({ typed }) => typed)).toEqual([
      "cd /srv",
      "cat > f <<E\n\ttab\nE",
      "read answer",
      'echo "got $answer"',
      "cp /usr/bin/script /usr/bin/relay",
      ...relay,
      "(exit 4)",
    ]);
    expect(await container.run("cat", "/srv/f")).toBe("\ttab");
    expect(changesOf(steps, "cat > f <<E\n\ttab\nE")).toEqual(["created /srv/f"]);
  });
});

/** Waits until the recorder, idle at its prompt, has noticed the path. */
async function untilOutside(container: TestContainer, wanted: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const steps = (await sessionsOf(container)).flatMap((session) => session.steps);
    if (steps.some(({ kind, effect }) => kind === "outside" && effect.changes.some((change) => change.path === wanted))) return;
    if (Date.now() > deadline) throw new Error(`Waited in vain for a Step with ${wanted}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test("what somebody else changes at the prompt is a Step of its own", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "cooper-record-"));
  try {
    await withContainer({}, async (container) => {
      const terminal = await openRecorded(container);
      await typeAll(terminal, ["echo a > /srv/a"]);
      await writeFile(path.join(folder, "copied"), "x");
      await outputOf(["docker", "cp", path.join(folder, "copied"), `${container.name}:/srv/copied`]);
      await untilOutside(container, "/srv/copied");
      await typeAll(terminal, ["echo b > /srv/b"]);
      terminal.type("exit");
      await terminal.waitForExit();
      const steps = (await sessionsOf(container))[0]?.steps ?? [];
      const told = steps.map(({ kind, typed, effect }) => [kind, typed, effect.changes.map((change) => change.path).join(" ")]);
      expect(told.filter(([, , changed]) => changed?.startsWith("/srv"))).toEqual([
        ["command", "echo a > /srv/a", "/srv/a"],
        ["outside", "", "/srv/copied"],
        ["command", "echo b > /srv/b", "/srv/b"],
      ]);
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("two recorders of one container do not disturb each other", async () => {
  await withContainer({}, async (container) => {
    const first = await openRecorded(container);
    const second = await openRecorded(container);
    await typeAll(first, ["echo 1 > /srv/first"]);
    await typeAll(second, ["echo 2 > /srv/second"]);
    for (const terminal of [first, second]) terminal.type("exit");
    for (const terminal of [first, second]) expect(await terminal.waitForExit()).toBe(0);
    const sessions = await sessionsOf(container);
    expect(sessions.map(({ id }) => id)).toEqual(["s1", "s2"]);
    const commands = sessions.map(({ steps }) => steps.filter(({ kind }) => kind === "command").map(({ typed }) => typed));
    expect(commands).toEqual([
      ["echo 1 > /srv/first", "exit"],
      ["echo 2 > /srv/second", "exit"],
    ]);
    const all = sessions.flatMap(({ steps }) => steps);
    expect(changesOf(all, "echo 1 > /srv/first")).toContain("created /srv/first");
    expect(changesOf(all, "echo 2 > /srv/second")).toContain("created /srv/second");
  });
});

test("a program forges no Step, and what it prints is not changed", async () => {
  await withContainer({}, async (container) => {
    const terminal = await openRecorded(container);
    const forged = String.raw`printf '\033]7770;0123456789abcdef;S;\007rm -rf /\033]7770;0123456789abcdef;Z\007|\033[31mred\033[0m\033]0;title\007\n'`;
    await typeAll(terminal, [forged, "printf '\\033]'; printf '7770;x\\007|end\\n'"]);
    terminal.type("exit");
    await terminal.waitForExit();
    expect((await stepsOf(container)).map(({ typed }) => typed)).toEqual([forged, "printf '\\033]'; printf '7770;x\\007|end\\n'", "exit"]);
    expect(terminal.raw()).toContain(
      "\u001B]7770;0123456789abcdef;S;\u0007rm -rf /\u001B]7770;0123456789abcdef;Z\u0007|\u001B[31mred\u001B[0m\u001B]0;title\u0007\r\n",
    );
    expect(terminal.raw()).toContain("\u001B]7770;x\u0007|end\r\n");
  });
});

test("secrets are in nothing that is kept", async () => {
  await withContainer({}, async (container) => {
    const terminal = await openRecorded(container);
    await typeAll(terminal, [
      "export DB_PASSWORD='Hq7-first-Zx9'",
      "echo user:Wn4-second-Kp2 | tee /srv/log >/dev/null # curl -u user:Wn4-second-Kp2 http://h",
    ]);
    terminal.keys("read -rs SECRET_WORD\r");
    await terminal.waitFor(/read -rs SECRET_WORD\s/);
    terminal.keys("Tt5-third-Lm8\r");
    await terminal.waitFor(/# $/);
    await typeAll(terminal, ["curl -s -u me:Bv6-fourth-Qr3 http://localhost/"]);
    terminal.type("exit");
    await terminal.waitForExit();
    const found = await outputOf(["sh", "-c", `grep -rlE 'Hq7-first|Tt5-third|Bv6-fourth' "$0" || true`, testStateFolder()]);
    expect(found).toBe("");
    const steps = await stepsOf(container);
    expect(steps.map(({ typed }) => typed)).toContain("export DB_PASSWORD='***'");
    expect(steps[0]?.secrets).toContain("DB_PASSWORD");
  });
});

test("the window's size is the shell's, and follows; the terminal is kept as a cast", async () => {
  await withContainer({}, async (container) => {
    const terminal = await openRecorded(container);
    await typeAll(terminal, ["stty size"]);
    terminal.resize(77, 33);
    terminal.keys("until stty size | grep '33 77'; do sleep 0.1; done\r");
    // A shell that hears of the new size at its prompt draws it again, where the answer may stand on the screen.
    await expect.poll(() => terminal.raw(), { timeout: 60_000 }).toMatch(/^33 77\r$/m);
    await terminal.waitForPrompt();
    terminal.type("exit");
    await terminal.waitForExit();
    expect(terminal.raw()).toMatch(/^40 120\r$/m);
    const played = await outputOf(["sh", "-c", `find "$0" -name 's1.cast' -path "*$1*" -exec cat {} +`, testStateFolder(), container.id]);
    const [header, ...events] = played.split("\n").map((line): unknown => JSON.parse(line));
    expect(header).toMatchObject({ version: 2, width: 120, height: 40 });
    expect(events).toContainEqual([expect.any(Number), "r", "77x33"]);
    expect(played).toMatch(/33 77/);
    const shown = await runCooper(["history", container.name, "--play", "--speed", "1000"]);
    expect(shown).toMatchObject({ exit: 0, stderr: "", stdout: expect.stringMatching(/stty size\r\n[^]*^40 120\r\n[^]*^33 77\r\n/m) });
    const none = await runCooper(["history", container.name, "--play", "--session", "s9"]);
    expect(none).toMatchObject({ exit: 2, stdout: "" });
  });
});
