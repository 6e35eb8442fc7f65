import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCooper } from "../support/cli.ts";

let root = "";
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "cooper-test-units-"));
  const files = {
    "web/compose.yaml": "services:\n  web:\n    image: ${IMAGE:-web}\n    environment: {TOKEN: abcdef123456, A: one}\n",
    "web/.env": "IMAGE=shop/web\n",
    "old/settings.yaml": "ports: ['80:80']\nrm: 1\n",
    "broken/compose.yaml": "services:\n  broken:\n    image: x\n    prots: []\n",
    "config/cooper/host.yaml": "version: 1\nservice: {user: nobody}\n",
  };
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), text);
  }
});
afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

const run = (...args: string[]): ReturnType<typeof runCooper> =>
  runCooper(args, { cwd: root, env: { COOPER_ROOTS: root, XDG_CONFIG_HOME: path.join(root, "config"), COOPER_SET_HOSTNAME: "there" } });

test("settings are shown with all layers, secrets masked", async () => {
  const { exit, stdout } = await run("config", "we", "--json", "--set", "environment.A=two");
  expect({ exit, ...JSON.parse(stdout) }).toMatchObject({
    exit: 0,
    schema: "cooper.config/1",
    unit: "web",
    services: { web: { image: "shop/web:latest", user: "nobody", hostname: "there", environment: { TOKEN: "***", A: "two" } } },
  });
});

test("a key is explained", async () => {
  const { exit, stdout } = await run("config", "web", "--explain", "environment.A", "--set", "environment.A=two");
  expect({ exit, stdout }).toEqual({
    exit: 0,
    stdout: `environment.A = "two"\n  flag       --set environment.A  "two"\n  unit file  ${root}/web/compose.yaml:4:43  "one"\n`,
  });
});

test("an original settings.yaml is converted, and what it makes is read alike", async () => {
  const read = await run("config", "old", "--json");
  const converted = await run("convert", "old", "-o", "old/compose.yaml");
  expect(converted).toMatchObject({ exit: 0, stdout: "" });
  expect(converted.stderr).toContain("rm: ");
  expect((await run("config", "./old", "--json")).stdout).toBe(read.stdout);
  expect(await run("convert", "old")).toMatchObject({ exit: 0, stdout: expect.stringContaining("0.0.0.0:80:80") });
});

test.each([
  [["config", "broken"], /broken\/compose\.yaml:4:5: .*Did you mean "ports"/u],
  [["config", "nobody"], /unit-unknown/u],
  [["config", ""], /unit-unknown/u],
  [["config", "web", "--set", "prots=1"], /settings-invalid/u],
  [["config", "web", "--explain", "prots"], /Did you mean ports/u],
  [["config", "web", "--mode", "life"], /Allowed choices/u],
  [["convert", "/nowhere"], /unit-unknown/u],
])("%j is wrong usage", async (args, text) => {
  const outcome = await run(...args);
  expect(outcome).toMatchObject({ exit: 2, stdout: "" });
  expect(outcome.stderr).toMatch(text);
});
