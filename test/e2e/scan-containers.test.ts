import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import type { Engine } from "../../src/engine/open-engine.ts";
import type { ContainerScan } from "../../src/ship/scan/findings/container-scan.ts";
import { HERE } from "../../src/ship/scan/locate/locate.ts";
import { scan } from "../../src/ship/scan/pipeline.ts";
import { cooperProgram, runCooper } from "../support/cli.ts";
import { removeContainer, startContainer, type TestContainer, uniqueName, withContainer } from "../support/container.ts";
import { testEngine } from "../support/engine.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";

const MINUTES = { timeout: 300_000 };
const folder = mkdtempSync(path.join(tmpdir(), "cooper-test-scan-"));
const finding = z.object({ kind: z.string(), path: z.string().optional(), rule: z.string().optional() });
let box: TestContainer;

beforeAll(async () => {
  box = await startContainer({ args: ["--label", "x=UpperDir"] });
  await box.run(
    "sh",
    "-c",
    `cp -p /usr/bin/id /tmp/id && printf X | dd of=/usr/bin/id bs=1 seek=200 conv=notrunc 2>/dev/null && touch -r /tmp/id /usr/bin/id && rm /tmp/id
     rm -r /etc/apt && mkdir /etc/apt && rm /etc/issue && touch "$(printf '/srv/a\\nall ok')" && chmod 777 /srv && ln -s /etc /srv/link
     cp /bin/sleep /opt/s && /opt/s 100000 >/dev/null 2>&1 &`,
  );
});

afterAll(async () => {
  await removeContainer(box.name);
  await rm(folder, { recursive: true, force: true });
});

async function rulesFound(args: readonly string[]): Promise<{ readonly rules: ReadonlyMap<string, string>; readonly exit: number }> {
  const { stdout, exit } = await runCooper(["scan", ...args, "--json"]);
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((line) => finding.parse(JSON.parse(line)));
  const found = lines.filter(({ kind }) => kind === "finding").toReversed();
  return { rules: new Map(found.map((line) => [line.path ?? "", line.rule ?? ""])), exit };
}

test("what was changed is found and what is the engine's is not; a name forges no line", MINUTES, async () => {
  await expect.poll(async () => (await rulesFound([box.name])).rules.get("/opt/s"), { timeout: 120_000 }).toBe("runs-from-layer");
  const { rules, exit } = await rulesFound([box.name]);
  expect(exit).toBe(1);
  expect(Object.fromEntries([...rules].filter(([at]) => !at.startsWith("/etc/apt/")))).toEqual({
    "/etc/issue": "path-deleted",
    "/opt/s": "runs-from-layer",
    "/srv": "world-writable",
    "/srv/a\nall ok": "name-hides",
    "/srv/link": "path-added",
    "/usr/bin/id": "program-changed",
  });
  expect(rules.get("/etc/apt/sources.list.d")).toBe("path-deleted");
  const { stdout } = await runCooper(["scan", box.name]);
  expect(stdout.split("\n")).not.toContain("all ok");
});

test("rules allow what they say, and nothing critical", MINUTES, async () => {
  const file = path.join(folder, "rules.yaml");
  writeFileSync(file, "allow: [{path: '/**', executable: true, reason: all}, {path: /nowhere, reason: none}]\n");
  const { rules } = await rulesFound([box.name, "--rules", file]);
  expect([...rules]).toEqual([["/opt/s", "runs-from-layer"]]);
  const { stdout } = await runCooper(["scan", box.name, "--rules", file]);
  expect(stdout).toContain("/nowhere allowed nothing");
});

test("the settings of a unit of a named root say what is allowed; what cannot be read of them is said", MINUTES, async () => {
  const settings = (scan: string): void =>
    writeFileSync(
      path.join(folder, "units", box.name, "compose.yaml"),
      `services: {${box.name}: {image: "debian:bookworm", x-cooper: {scan: ${scan}}}}\n`,
    );
  mkdirSync(path.join(folder, "units", box.name), { recursive: true });
  settings("{allow: [{path: '/**', executable: true, reason: all}, {path: /nowhere, reason: none}]}");
  const words = ["scan", box.name, "--root", path.join(folder, "units")];
  const { stdout } = await runCooper(words);
  expect(stdout).toMatch(/runs-from-layer[^]*\/nowhere allowed nothing \(.*compose\.yaml\)\n1 container: 1 finding/);
  settings("{profile: loose}");
  expect(await runCooper(words)).toMatchObject({ exit: 4, stdout: expect.stringContaining("could not be read") });
});

/** The box's scan by the library itself. */
async function scanBox(
  engine: Engine,
  sensor: string | null,
): Promise<{ readonly scans: readonly ContainerScan[]; readonly isAllOk: boolean }> {
  const scans: ContainerScan[] = [];
  const request = {
    names: [box.id],
    all: false,
    isQuick: false,
    hasMounts: false,
    rules: [],
    today: "2030-01-01",
    sensor,
    threads: null,
    engineName: "",
    host: HERE,
    without: null,
    rulesOf: () => Promise.resolve(null),
    report: { format: "none", isColoured: false } as const,
    write: () => "",
    keepsFindings: true,
    hearEarly: null,
  };
  const { isAllOk } = await scan(engine, { ...request, signal: AbortSignal.timeout(240_000) }, (one) => {
    scans.push(one);
    return Promise.resolve();
  });
  return { scans, isAllOk };
}

test("the engine's export tells the same of the files, and is called weaker", MINUTES, async () => {
  const { scans, isAllOk } = await scanBox({ ...(await testEngine()), isLocal: false }, null);
  const found = scans.flatMap(({ findings }) => findings.map(({ path: at }) => at)).filter((at) => !at.startsWith("/etc/apt/"));
  expect(found).toEqual(["/etc/issue", "/opt/s", "/srv", "/srv/a\nall ok", "/srv/link", "/usr/bin/id"]);
  expect(scans.map(({ evidence, weak }) => [evidence, weak.length])).toEqual([["api", 2]]);
  expect(isAllOk).toBe(false);
});

test("what runs is looked at where the sensor ends before its first word", MINUTES, async () => {
  const sensor = path.join(folder, "no-sensor");
  writeFileSync(sensor, "#!/bin/sh\nexit 3\n", { mode: 0o755 });
  const { scans, isAllOk } = await scanBox(await testEngine(), sensor);
  expect(scans.flatMap(({ findings }) => findings.map(({ path: at, rule }) => [at, rule]))).toEqual([["/opt/s", "runs-from-layer"]]);
  expect(scans[0]?.incomplete).toContain("its layer was not read to the end: the sensor ended with 3");
  expect(isAllOk).toBe(false);
});

test("a container is put back to its image, and looked at again", MINUTES, async () => {
  const kept = path.join(folder, "kept");
  const { stdout, stderr, exit } = await runCooper(["scan", box.name, "--quarantine", kept, "--revert"]);
  expect({ exit, last: stdout.trimEnd().split("\n").slice(-2) }).toMatchObject({
    exit: 1,
    last: [expect.stringContaining("runs-deleted"), expect.any(String)],
  });
  expect(stderr).toContain("still runs: /opt/s");
  expect(await box.run("sh", "-c", "stat -c %a /srv; ls /srv /opt | wc -w; ls -d /etc/apt/sources.list.d /etc/issue")).toBe(
    "755\n2\n/etc/apt/sources.list.d\n/etc/issue",
  );
  await box.run("sh", "-c", "kill $(pidof s)");
  await expect.poll(async () => (await runCooper(["scan", box.name])).stdout, { timeout: 120_000 }).toBe("all ok\n");
});

test("an image of many layers, a volume that is not looked at, a container made anew, and the self-test", MINUTES, async () => {
  const image = uniqueName("layers");
  const copies = Array.from({ length: 80 }, (_none, number) => `COPY Dockerfile /srv/l${number}`);
  writeFileSync(path.join(folder, "Dockerfile"), ["FROM debian:bookworm", ...copies, ""].join("\n"));
  try {
    await outputOf(["docker", "build", "-q", "-t", image, folder], { env: { DOCKER_BUILDKIT: "0" } });
    await withContainer({ image, args: ["-v", "/data", "-w", "/made/here"] }, async (one) => {
      const clean = await runCooper(["scan", one.name, "--self-test"]);
      expect(clean).toMatchObject({
        exit: 0,
        stdout: expect.stringMatching(/volume at \/data was not looked at\n.*nothing found; 1 mount not looked at\n$/),
      });
      await one.run("sh", "-c", "echo other >/srv/l3; touch /srv/evil");
      expect([...(await rulesFound([one.name])).rules.keys()]).toEqual(["/srv/l3", "/srv/evil"]);
      const anew = await runCooper(["scan", one.name, "--recreate"]);
      expect(anew).toMatchObject({ exit: 0, stdout: expect.stringMatching(/nothing found; 1 mount not looked at\n$/) });
    });
  } finally {
    await runOnHost(["docker", "rmi", "-f", image]);
  }
});

test("who may not look at processes is told that it is not all", MINUTES, async () => {
  // As root, but without what it takes: a user who may read neither the program nor node would show nothing.
  const less = ["setpriv", "--bounding-set", "-sys_ptrace,-sys_admin,-chown"];
  const { exit, stdout } = await runOnHost([...less, process.execPath, cooperProgram(), "scan", box.name]);
  expect({ exit, stdout }).toEqual({ exit: 4, stdout: expect.stringContaining("may not be looked at: run it as root") });
});

test("bad words are refused", MINUTES, async () => {
  const sensor = path.join(path.dirname(cooperProgram()), `sensor-linux-${process.arch}`);
  expect((await runCooper(["scan", ""])).exit).toBe(2);
  expect((await runCooper(["scan", "--revert"])).exit).toBe(2);
  expect((await runCooper(["scan", box.name, "--json", "--sarif"])).exit).toBe(2);
  expect((await runCooper(["scan", box.name, "--rules", path.join(folder, "none")])).exit).toBe(2);
  expect((await runOnHost([sensor, "layers"], { input: "X/\0" })).exit).not.toBe(0);
});
