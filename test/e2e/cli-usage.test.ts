import { expect, test } from "vitest";
import { cooperEnvironment, cooperProgram, runCooper } from "../support/cli.ts";
import { startContainer, removeContainer, uniqueName, withContainer } from "../support/container.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";

const noEngine = { DOCKER_HOST: "unix:///nowhere/docker.sock" };

test.each([
  [["--version"], 0, /^cooper \d+\.\d+\.\d+\n$/u],
  [["help", "history", "edit"], 0, /--annotate/u],
])("%j prints its answer on standard output", async (args, exit, text) => {
  const outcome = await runCooper(args);
  expect(outcome).toMatchObject({ exit, stderr: "" });
  expect(outcome.stdout).toMatch(text);
});

test.each([
  [[], 2, /Usage: cooper/u],
  [["recrod", "web"], 2, /unknown command 'recrod'[^]*Did you mean record\?/u],
  [["history", "web", "--jsno"], 2, /unknown option '--jsno'[^]*Did you mean --json\?/u],
  [["replay", "web", "--builder", "kaniko"], 2, /Allowed choices are classic, buildkit/u],
  [["exec", "web"], 2, /missing required argument 'command'/u],
])("%j is wrong usage", async (args, exit, text) => {
  const outcome = await runCooper(args);
  expect(outcome).toMatchObject({ exit, stdout: "" });
  expect(outcome.stderr).toMatch(text);
});

test.each([
  [["verify", "web"], 3],
  [["exec", "web", "--", "true"], 125],
])("%j without an engine names the way to one", async (args, exit) => {
  const outcome = await runCooper(args, { env: noEngine });
  expect(outcome).toMatchObject({ exit, stdout: "" });
  expect(outcome.stderr).toMatch(/^cooper: .*\n {2}\S/u);
  expect(outcome.stderr).toMatch(/\(docs\/findings\/[a-z-]+\.md\)\n$/u);
});

test("what was never recorded has no history, also without an engine", async () => {
  const outcome = await runCooper(["history", "nobody"], { env: noEngine });
  expect(outcome).toMatchObject({ exit: 2, stdout: "" });
  expect(outcome.stderr).toContain("(docs/findings/history-unknown.md)");
});

test.each([
  [["record", "no-such-container"], 2, "container-unknown"],
  [["exec", "no-such-container", "--", "true"], 2, "container-unknown"],
  [["history", ""], 2, "container-name-blank"],
])("%j is told with exit code %d", async (args, exit, code) => {
  const outcome = await runCooper(args);
  expect(outcome).toMatchObject({ exit, stdout: "" });
  expect(outcome.stderr).toContain(`(docs/findings/${code}.md)`);
});

test("a container without a history is told how to get one", async () => {
  await withContainer({}, async ({ id }) => {
    const outcome = await runCooper(["verify", id.slice(0, 12)]);
    expect(outcome).toMatchObject({ exit: 2, stdout: "" });
    expect(outcome.stderr).toContain(`nothing has been recorded in "${id.slice(0, 12)}" yet\n  Record something first: cooper record`);
  });
});

test("a container that does not run: stopped offers --start, paused names docker unpause", async () => {
  const { name } = await startContainer();
  try {
    await outputOf(["docker", "pause", name]);
    const paused = await runCooper(["record", name]);
    expect(paused).toMatchObject({ exit: 125, stdout: "" });
    expect(paused.stderr).toContain(`docker unpause ${name}`);
    await outputOf(["docker", "unpause", name]);
    await outputOf(["docker", "stop", "--time", "0", name]);
    const stopped = await runCooper(["exec", name, "--", "true"]);
    expect(stopped).toMatchObject({ exit: 125, stdout: "" });
    expect(stopped.stderr).toContain("--start");
  } finally {
    await removeContainer(name);
  }
});

test("a name that is the beginning of two names is ambiguous on every verb", async () => {
  const word = uniqueName("twin");
  const names = [`${word}-a`, `${word}-b`];
  try {
    for (const name of names) await outputOf(["docker", "create", "--name", name, "debian:bookworm", "true"]);
    for (const args of [
      ["exec", word, "--", "true"],
      ["history", word],
    ]) {
      const outcome = await runCooper(args);
      expect(outcome).toMatchObject({ exit: 2, stdout: "" });
      expect(outcome.stderr).toContain("container-ambiguous");
    }
  } finally {
    await runOnHost(["docker", "rm", "-f", ...names]);
  }
});

test("standard output that is closed is told, and is no crash", async () => {
  const command = `"$0" "$1" --help 2>&3 | true`;
  const { stderr } = await runOnHost(["bash", "-c", `{ ${command}; } 3>&2`, process.execPath, cooperProgram()], {
    env: cooperEnvironment(),
  });
  expect(stderr).not.toMatch(/at .*\.mjs:\d+/u);
});
