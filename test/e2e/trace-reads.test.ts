import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { inspectContainer, containerChanges } from "../../src/engine/container/container.ts";
import { watchContainer } from "../../src/trace/watch-container.ts";
import { runCooper } from "../support/cli.ts";
import { uniqueName, withContainer } from "../support/container.ts";
import { testEngine } from "../support/engine.ts";
import { sensorProgram } from "./trace-support.ts";

const state = mkdtempSync(path.join(tmpdir(), "cooper-reads-"));

afterAll(() => rm(state, { recursive: true, force: true }));

test("says which process opened, executed and wrote what, from outside of the container", async () => {
  await withContainer({}, async ({ id, run }) => {
    const engine = await testEngine();
    const { imageId } = await inspectContainer(engine, id);
    const watch = await watchContainer(engine, { container: id, image: imageId, program: await sensorProgram(), run: uniqueName("reads") });
    try {
      await run("sh", "-c", "cat /etc/hostname /etc/issue > /root/made; true");
      const first = (await watch.take()) ?? [];
      const of = (act: string, place: string): (typeof first)[number] | undefined =>
        first.find((one) => one.act === act && one.path === place);
      expect(of("executed", "/usr/bin/cat")?.pid).toBe(of("opened", "/etc/issue")?.pid);
      expect(of("written", "/root/made")).toBeDefined();
      await run("ls", "/opt");
      const second = (await watch.take()) ?? [];
      expect(second.map(({ path: place }) => place)).not.toContain("/etc/issue");
      expect(second).toContainEqual(expect.objectContaining({ act: "listed", path: "/opt" }));
      await run("sh", "-c", "kill -9 -1 || true");
      await expect.poll(() => watch.take(), { timeout: 60_000 }).toBeNull();
    } finally {
      await watch.remove();
    }
    const changed = (await containerChanges(engine, id)).map(({ path: place }) => place);
    expect(changed).toContain("/root/made");
    expect(changed.filter((place) => place.includes("sensor"))).toEqual([]);
  });
});

test("record --reads tells of each command which changed files it read", async () => {
  await withContainer({}, async ({ name }) => {
    const env = { XDG_STATE_HOME: state };
    // The watch comes up beside the shell: of these commands one is late enough.
    const waiting = "until grep -qs '^sensor$' /proc/[0-9]*/comm; do sleep 0.1; done";
    const reading = Array.from({ length: 12 }, () => "cat /root/made /etc/hostname > /dev/null; sleep 0.2");
    const recorded = await runCooper(["record", "--reads", name], {
      env,
      input: `echo made > /root/made\n${waiting}\n${reading.join("\n")}\nexit\n`,
    });
    expect(recorded).toMatchObject({ exit: 0 });
    const { stdout } = await runCooper(["history", name, "--json"], { env });
    expect(stdout).toMatch(/"reads":\s*\[\s*"\/root\/made"\s*\]/);
  });
});
