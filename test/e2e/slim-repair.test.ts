import { mkdtempSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCooper } from "../support/cli.ts";
import { uniqueName } from "../support/container.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";
import { busyboxRows, importImage } from "./slim-support.ts";

const name = uniqueName("slim-repair");
const folder = mkdtempSync(path.join(tmpdir(), "cooper-slim-repair-"));
const at = (file: string): string => path.join(folder, file);
const env = { XDG_STATE_HOME: at("state") };

/** A job that goes another way when it has run before: to one file, which leads to the next. */
const JOB = "if [ -e /state/ran ]; then . /parts/one; fi; echo done > /state/ran";

beforeAll(async () => {
  const label = `LABEL cooper.test=${name}`;
  await importImage(at("web"), `${name}-web`, {
    rows: { ...busyboxRows("httpd"), "/www/first.txt": "the first", "/www/second.txt": "the second" },
    changes: ["EXPOSE 8080", 'CMD ["/bin/httpd","-f","-p","8080","-h","/www"]', label],
  });
  await importImage(at("job"), `${name}-job`, {
    rows: { ...busyboxRows("sh"), "/parts/one": ". /parts/two", "/parts/two": "echo both", "/parts/three": "nobody's" },
    changes: [`CMD ${JSON.stringify(["/bin/sh", "-ec", JOB])}`, label],
  });
});

afterAll(async () => {
  const ids = (await outputOf(["docker", "image", "ls", "-aq", "--filter", `label=cooper.test=${name}`])).split("\n").filter(Boolean);
  await runOnHost(["docker", "rmi", "-f", ...ids]);
  await rm(folder, { recursive: true, force: true });
});

/** An exercise that asks for one page the first time and for another one from then on. */
async function changingExercise(): Promise<string> {
  const mark = uniqueName("asked");
  const ask = `const { existsSync, writeFileSync } = require("node:fs");
const page = existsSync(${JSON.stringify(at(mark))}) ? "second" : "first";
writeFileSync(${JSON.stringify(at(mark))}, "");
fetch(\`http://\${process.env.COOPER_IP}:8080/\${page}.txt\`).then((answer) => process.exit(answer.status === 200 ? 0 : 1));
`;
  await writeFile(at(`${mark}.cjs`), ask);
  return `'${process.execPath}' '${at(`${mark}.cjs`)}'`;
}

const isTagged = async (tag: string): Promise<boolean> => (await runOnHost(["docker", "image", "inspect", tag])).exit === 0;

test("a page that the exercise asks for later is missed, found and added", async () => {
  const exercise = await changingExercise();
  const ran = await runCooper(["slim", `${name}-web`, "--no-rules", "--no-probes", "--exercise", exercise, "--json"], { env });
  expect(ran).toMatchObject({ exit: 0, stderr: expect.stringContaining("looking for what is missing") });
  expect(JSON.parse(ran.stdout)).toMatchObject({ repairs: ["/www/second.txt"] });
  const why = await runCooper(["why", `${name}-web.slim`, "/www/second.txt"], { env });
  expect(why).toMatchObject({ exit: 0, stdout: expect.stringContaining("the proof missed it") });
});

test("what may not be added is named", async () => {
  const exercise = await changingExercise();
  const tag = `${name}-forbidden`;
  const words = ["slim", `${name}-web`, "--tag", tag, "--no-probes", "--exercise", exercise, "--exclude", "/www/second.txt"];
  const ran = await runCooper(words, { env });
  expect(ran).toMatchObject({ exit: 1, stdout: "" });
  expect(ran.stderr).toMatch(/what --exclude leaves out:\n +\/www\/second\.txt\n/);
  expect(await isTagged(tag)).toBe(false);
});

test.each([
  [1, 1, /After 1 round of adding it still looked in vain for:\n +\/parts\/two\n/],
  [2, 0, /looking for what is missing/],
])("a job that goes another way, with %i rounds", async (rounds, exit, told) => {
  const state = await mkdtemp(at(`state-${rounds}-`));
  const tag = `${name}-job-${rounds}`;
  const words = ["slim", `${name}-job`, "--tag", tag, "--no-rules", "--volume", `${state}:/state`, "--repairs", String(rounds), "--json"];
  const ran = await runCooper(words, { env });
  expect(ran.stderr).toMatch(told);
  expect(ran.exit).toBe(exit);
  expect(await isTagged(tag)).toBe(exit === 0);
  if (exit === 0) expect(JSON.parse(ran.stdout)).toMatchObject({ repairs: ["/parts/one", "/parts/two"] });
});
