import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { cooperEnvironment, cooperProgram, runCooper } from "../support/cli.ts";
import { uniqueName, withContainer } from "../support/container.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";

const HEAVY_MS = 300_000;

/** Starts cooper and sends it a signal when its standard error says something; gives its exit code and that text. */
function stopAt(args: readonly string[], text: string, signal: NodeJS.Signals): Promise<{ exit: number | null; stderr: string }> {
  const child = spawn(process.execPath, [cooperProgram(), ...args], { env: { ...process.env, ...cooperEnvironment() } });
  let stderr = "";
  let isStopped = false;
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
    if (!isStopped && stderr.includes(text)) {
      isStopped = true;
      child.kill(signal);
    }
  });
  return new Promise((resolve) => child.on("close", (exit) => resolve({ exit, stderr })));
}

test("the command's streams and exit code are its own", { timeout: HEAVY_MS }, async () => {
  await withContainer({}, async ({ name }) => {
    const both = await runCooper([
      "exec",
      "-e",
      "WORD=two words",
      "-w",
      "/srv",
      name,
      "--",
      "sh",
      "-c",
      'echo "$WORD $PWD"; echo bad >&2; exit 7',
    ]);
    expect(both).toEqual({ exit: 7, stdout: "two words /srv\n", stderr: "bad\n" });
    const input = await runCooper(["exec", "-i", name, "tr", "a-z", "A-Z"], { input: "käse\n" });
    expect(input).toEqual({ exit: 0, stdout: "KäSE\n", stderr: "" });
    const missing = await runCooper(["exec", name, "no-such-program"]);
    expect(missing).toMatchObject({ exit: 127, stdout: "", stderr: expect.stringContaining("command-not-found") });
    const refused = await runCooper(["exec", name, "/etc/passwd"]);
    expect(refused).toMatchObject({ exit: 126, stdout: "", stderr: expect.stringContaining("command-not-executable") });
    const noTerminal = await runCooper(["exec", "-t", name, "true"]);
    expect(noTerminal).toMatchObject({ exit: 125, stderr: expect.stringContaining("no-terminal") });
    const history = await runCooper(["history", name]);
    expect(history.stdout).toMatch(/s1\.\d+ +7 .*sh -c/u);
    const closed = await runOnHost(
      ["bash", "-c", `set -o pipefail; "$0" "$1" history ${name} | exec 0<&-`, process.execPath, cooperProgram()],
      {
        env: cooperEnvironment(),
      },
    );
    expect(closed.stderr).not.toMatch(/\.mjs:\d+/u);
  });
});

test(
  "lines of a file are typed into a shell, here-documents and loops too; its exit code is passed on",
  { timeout: HEAVY_MS },
  async () => {
    await withContainer({}, async ({ name, run }) => {
      const script = "cat > /etc/words <<X\none\n  two\nX\nfor i in 1 2\ndo echo $i >> /etc/count\ndone\nexit 3\n";
      expect(await runCooper(["record", name], { input: script })).toMatchObject({ exit: 3 });
      expect(await run("cat", "/etc/words", "/etc/count")).toBe("one\n  two\n1\n2");
      expect((await runCooper(["history", name])).stdout).toMatch(/cat > \/etc\/words <<X …[^]*for i in 1 2 …/u);
    });
  },
);

test("^C while it verifies: exit code 130, and nothing is left on the engine", { timeout: HEAVY_MS }, async () => {
  await withContainer({}, async ({ name }) => {
    expect(await runCooper(["exec", name, "--", "touch", "/etc/made"])).toMatchObject({ exit: 0 });
    const label = `cooper.test=${uniqueName("stopped")}`;
    const args = ["verify", name, "--label", label];
    const { exit, stderr } = await stopAt(args, "comparing the container", "SIGINT");
    expect({ exit, stderr }).toMatchObject({ exit: 130, stderr: expect.stringContaining("interrupted") });
    expect(await outputOf(["docker", "ps", "--all", "--quiet", "--filter", `label=${label}`])).toBe("");
    expect(await outputOf(["docker", "images", "--all", "--quiet", "--filter", `label=${label}`])).toBe("");
  });
});
