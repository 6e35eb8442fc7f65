import { expect, test } from "vitest";
import { runCooper } from "../support/cli.ts";
import { uniqueName, withContainer } from "../support/container.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";

const HEAVY_MS = 300_000;
const lines = { input: "true\n" };

test("a shell that cannot start is told before anything is recorded", { timeout: HEAVY_MS }, async () => {
  await withContainer({ args: ["--read-only"] }, async ({ name }) => {
    const other = await runCooper(["record", name, "--shell", "fish"], lines);
    expect(other).toMatchObject({ exit: 127, stdout: "", stderr: expect.stringContaining("looked for fish") });
    expect(other.stderr).toContain("(root-read-only)");
    const user = await runCooper(["record", name, "--user", "no-such-user"], lines);
    expect(user).toMatchObject({ exit: 125, stdout: "", stderr: expect.stringContaining("user-unknown") });
    const folder = await runCooper(["exec", "-w", "/no/such/folder", name, "--", "true"]);
    expect(folder).toMatchObject({ exit: 125, stdout: "", stderr: expect.stringContaining("workdir-unknown") });
    expect(await runCooper(["history", name, "--json"])).toMatchObject({ exit: 0 });
  });
});

test("without any shell single commands are still recorded", { timeout: HEAVY_MS }, async () => {
  await withContainer({}, async ({ name, run }) => {
    await run("rm", "/bin/sh", "/bin/dash");
    expect(await runCooper(["record", name], { input: "echo still $BASH\n" })).toMatchObject({
      exit: 0,
      stdout: expect.stringMatching(/^still \S*bash\r?$/mu),
    });
    await run("rm", "/bin/bash");
    const none = await runCooper(["record", name], lines);
    expect(none).toMatchObject({ exit: 127, stdout: "" });
    expect(none.stderr).toContain("looked for /bin/sh, bash, zsh, ash, dash, sh");
    expect(await runCooper(["exec", name, "--", "touch", "/etc/made"])).toMatchObject({ exit: 0 });
    expect((await runCooper(["replay", name])).stdout).toContain("/etc/made");
  });
});

test("an image that lost its name, or gave it to another one, is told", { timeout: HEAVY_MS }, async () => {
  const image = `${uniqueName("image")}:1`;
  const id = await outputOf(["docker", "build", "--quiet", "--tag", image, "-"], {
    input: "FROM debian:bookworm\nLABEL made.for=this-test\n",
  });
  try {
    await withContainer({ image }, async ({ name }) => {
      expect(await runCooper(["exec", name, "--", "touch", "/etc/made"])).toMatchObject({ exit: 0 });
      expect((await runCooper(["replay", name])).stderr).not.toContain("image-");
      await outputOf(["docker", "tag", "debian:bookworm", image]);
      const moved = await runCooper(["replay", name]);
      expect(moved).toMatchObject({
        exit: 0,
        stdout: expect.stringContaining("touch /etc/made"),
        stderr: expect.stringContaining("(image-moved)"),
      });
      await outputOf(["docker", "rmi", image]);
      const gone = await runCooper(["verify", name]);
      expect(gone).toMatchObject({ exit: 4, stdout: "", stderr: expect.stringContaining("docker tag sha256:") });
    });
  } finally {
    await runOnHost(["docker", "rmi", image, id]);
  }
});
