import { spawn } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cooperEnvironment, cooperProgram, runCooper } from "../support/cli.ts";
import { uniqueName } from "../support/container.ts";
import { engineBetween } from "../support/engine-between.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";
import { busyboxRows, importImage, loadOtherMachine } from "./slim-support.ts";

const name = uniqueName("slim-end");
const folder = mkdtempSync(path.join(tmpdir(), "cooper-slim-end-"));
const at = (file: string): string => path.join(folder, file);

beforeAll(async () => {
  const rows = { ...busyboxRows("sh", "httpd", "sleep", "echo"), "/www/index.html": "web" };
  // All that is made of it has the label: what is left can be told from what others make.
  const label = `LABEL cooper.test=${name}`;
  const web = ["EXPOSE 8080", 'CMD ["/bin/httpd","-f","-p","8080","-h","/www"]', label];
  await importImage(folder, `${name}-web`, { rows, changes: web });
  await importImage(folder, `${name}-mute`, {
    rows,
    changes: ["EXPOSE 8080", 'CMD ["/bin/sh","-c","echo no port today; exec sleep 1000000"]', label],
  });
  await loadOtherMachine(folder, `${name}-other`, name);
  await importImage(folder, `${name}-empty`, { rows: { "/file": "" }, changes: [label] });
});

afterAll(async () => {
  const ids = (await outputOf(["docker", "image", "ls", "-aq", "--filter", `label=cooper.test=${name}`])).split("\n").filter(Boolean);
  await runOnHost(["docker", "rmi", "-f", ...ids]);
  await rm(folder, { recursive: true, force: true });
});

/** What carries the label: containers, and images but for those that the tests made. */
async function leftOver(): Promise<readonly string[]> {
  const filter = ["--filter", `label=cooper.test=${name}`];
  const containers = await outputOf(["docker", "ps", "-a", "--format", "container {{.Image}}", ...filter]);
  const images = await outputOf(["docker", "image", "ls", "-a", "--format", "{{.Repository}}", ...filter]);
  const own = ["web", "mute", "empty", "other"].map((one) => `${name}-${one}`);
  return [...containers.split("\n"), ...images.split("\n")].filter((one) => one !== "" && !own.includes(one));
}

describe("bad input has one clear message, and leaves nothing", () => {
  test.each([
    ["an image that is not there", ["NAME-none"], 2, "There is no image"],
    ["an image that runs nothing", ["NAME-empty"], 2, "neither an entry point nor a command"],
    ["an image for another machine", ["NAME-other"], 2, "is for s390x, the engine runs"],
    ["no image", [], 2, "Give either an image or --from-container"],
    ["a tag that is none", ["NAME-web", "--tag", "Web:1"], 2, "is no name of an image"],
    ["a network that is not there", ["NAME-web", "--network", "NAME-none"], 3, "NAME-none"],
    ["a user that is not there", ["NAME-web", "--user", "nobody-here"], 2, "nobody-here"],
    ["a place for a profile that is not there", ["NAME-web", "--seccomp", "/nowhere/profile"], 2, "cannot be written"],
    ["a tool that is not there", ["NAME-web", "--keep-tool", "nothing-such"], 2, "has no program nothing-such"],
    ["a service that never gets ready", ["NAME-mute", "--deadline", "3"], 1, "no port today"],
    ["an exercise that fails", ["NAME-web", "--exercise", "echo this is why; exit 3"], 1, "this is why"],
    ["an exercise that never ends", ["NAME-web", "--exercise", "echo it waits; sleep 1000", "--deadline", "12"], 1, "it waits"],
    ["a folder for its work that is not there", ["NAME-web"], 2, "Nothing can be put aside"],
  ])("%s", async (what, words, exit, message) => {
    const args = words.map((word) => word.replace("NAME", name));
    const env = what.startsWith("a folder") ? { TMPDIR: at("nowhere") } : {};
    const ran = await runCooper(["slim", ...args], { env });
    expect(ran.stderr).toContain(message.replace("NAME", name));
    expect(ran.stderr).not.toContain("mistake in cooper");
    expect(ran).toMatchObject({ exit, stdout: "" });
    expect(await leftOver()).toEqual([]);
  });

  test("a disk that is full, as a file that may not grow", async () => {
    const command = `ulimit -f 1000; exec '${process.execPath}' '${cooperProgram()}' slim '${name}-web'`;
    const ran = await runOnHost(["sh", "-c", command], { env: cooperEnvironment() });
    expect(ran.stderr).toContain("The disk is full");
    expect(ran.exit).toBe(4);
    expect(await leftOver()).toEqual([]);
  });

  test("an image that is slim already, and a service that fails when it is small", async () => {
    const tag = `${name}-small`;
    const exercise = `test "$COOPER_IMAGE" = '${name}-web'`;
    const refused = await runCooper(["slim", `${name}-web`, "--tag", tag, "--exercise", exercise, "--rm-artifacts"]);
    expect(refused).toMatchObject({ exit: 1, stderr: expect.stringContaining("Nothing was tagged") });
    expect(await leftOver()).toEqual([]);
    expect(await runCooper(["slim", `${name}-web`, "--tag", tag, "--rm-artifacts"])).toMatchObject({ exit: 0 });
    const again = await runCooper(["slim", tag]);
    expect(again).toMatchObject({ exit: 1, stderr: expect.stringContaining(`already slim: it was made by cooper slim from ${name}-web`) });
    await outputOf(["docker", "rmi", tag]);
  });
});

describe("an engine that refuses", () => {
  test.each([
    ["has no room for the small image", "/images/load", 3, "no space left on device"],
    ["lets no program be followed", "/containers/create", 4, "What was tried:"],
  ])("%s", async (_what, refused, exit, message) => {
    const between = await engineBetween(at("refusing"), ({ url, body }) => {
      const isRefused = url.includes(refused) && !body.includes("cooper-never-starts");
      return isRefused ? { status: 500, message: "write /layer: no space left on device" } : body;
    });
    try {
      const ran = await runCooper(["slim", `${name}-web`, "--rm-artifacts"], { env: { DOCKER_HOST: between.host } });
      expect(ran.stderr).toContain(message);
      expect(ran).toMatchObject({ exit, stdout: "" });
    } finally {
      between.close();
    }
    expect(await leftOver()).toEqual([]);
  });
});

/** Starts `cooper slim` and interrupts it when told; its exit code. */
function startSlim(
  exercise: string,
  env: Record<string, string> = {},
): { readonly interrupt: () => void; readonly ended: Promise<number | null> } {
  const words = [cooperProgram(), "slim", `${name}-web`, "--exclude", "/www/index.html", "--exercise", exercise, "--deadline", "900"];
  const child = spawn(process.execPath, words, { env: { ...process.env, ...cooperEnvironment(env) }, stdio: "ignore" });
  const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  return { interrupt: () => void child.kill("SIGINT"), ended };
}

async function expectNothingLeft(): Promise<void> {
  expect(await leftOver()).toEqual([]);
  // The owner of the containers names the volumes of the run.
  const owner = existsSync(at("owner")) ? await outputOf(["cat", at("owner")]) : "no owner";
  expect(await outputOf(["docker", "volume", "ls", "-q", "--filter", `name=${owner.trim()}`])).toBe("");
}

describe("^C leaves nothing", () => {
  test.each([
    ["while the original is exercised", 1],
    ["while the small image is tested", 2],
    ["while it is looked for what is missing", 3],
  ])("%s", async (_when, wanted) => {
    const mark = at(`run-${wanted}`);
    // It counts its runs, fails on the small image, and does not end in the one that is asked for.
    const script = `#!/bin/sh
docker inspect -f '{{index .Config.Labels "cooper.owner"}}' "$COOPER_CONTAINER" > '${at("owner")}'
echo run >> '${mark}-count'
runs=$(wc -l < '${mark}-count')
if [ "$runs" -eq ${wanted} ]; then : > '${mark}'; exec sleep 1000; fi
[ "$runs" -eq 1 ]
`;
    await writeFile(at(`exercise-${wanted}`), script, { mode: 0o755 });
    const slim = startSlim(at(`exercise-${wanted}`));
    for (let tries = 0; !existsSync(mark) && tries < 1000; tries++) await delay(100);
    expect(existsSync(mark)).toBe(true);
    slim.interrupt();
    expect(await slim.ended).toBe(130);
    await expectNothingLeft();
  });

  test.each([
    ["while the image's files are read", "/export"],
    ["while the small image is packed", "/images/load"],
  ])("%s", async (_when, asked) => {
    let interrupt = (): void => undefined;
    let isReached = false;
    const between = await engineBetween(at("between"), ({ url, body }) => {
      if (url.includes(asked)) {
        isReached = true;
        interrupt();
      }
      return body;
    });
    try {
      const slim = startSlim("true", { DOCKER_HOST: between.host });
      ({ interrupt } = slim);
      expect(await slim.ended).toBe(130);
      expect(isReached).toBe(true);
    } finally {
      between.close();
    }
    await expectNothingLeft();
  });
});
