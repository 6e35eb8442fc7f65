import { spawn } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cooperEnvironment, cooperProgram, runCooper } from "../support/cli.ts";
import { uniqueName } from "../support/container.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";
import { busyboxRows, importImage } from "./slim-support.ts";

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
  const own = ["web", "mute", "empty"].map((one) => `${name}-${one}`);
  return [...containers.split("\n"), ...images.split("\n")].filter((one) => one !== "" && !own.includes(one));
}

describe("bad input has one clear message, and leaves nothing", () => {
  test.each([
    ["an image that is not there", ["NAME-none"], 2, "There is no image"],
    ["an image that runs nothing", ["NAME-empty"], 2, "neither an entry point nor a command"],
    ["no image", [], 2, "Give either an image or --from-container"],
    ["a tag that is none", ["NAME-web", "--tag", "Web:1"], 2, "is no name of an image"],
    ["a network that is not there", ["NAME-web", "--network", "NAME-none"], 3, "NAME-none"],
    ["a user that is not there", ["NAME-web", "--user", "nobody-here"], 2, "nobody-here"],
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

describe("^C leaves nothing", () => {
  test.each([
    ["while the original is exercised", "original"],
    ["while the small image is tested", "small"],
  ])("%s", async (_when, phase) => {
    const mark = at(`${phase}-runs`);
    // The first run is the original's; its owner names the volumes of the run.
    const script = `#!/bin/sh
docker inspect -f '{{index .Config.Labels "cooper.owner"}}' "$COOPER_CONTAINER" > '${at("owner")}'
if [ ${phase} = small ] && [ ! -e '${at(`${phase}-first`)}' ]; then : > '${at(`${phase}-first`)}'; exit 0; fi
: > '${mark}'
exec sleep 1000
`;
    await writeFile(at(phase), script, { mode: 0o755 });
    const child = spawn(process.execPath, [cooperProgram(), "slim", `${name}-web`, "--exercise", at(phase), "--deadline", "900"], {
      env: { ...process.env, ...cooperEnvironment() },
      stdio: "ignore",
    });
    const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
    for (let tries = 0; !existsSync(mark) && tries < 1000; tries++) await delay(100);
    expect(existsSync(mark)).toBe(true);
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(await leftOver()).toEqual([]);
    const owner = await outputOf(["cat", at("owner")]);
    expect(await outputOf(["docker", "volume", "ls", "-q", "--filter", `name=${owner}`])).toBe("");
  });
});
