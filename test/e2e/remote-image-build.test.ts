import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { testEngine } from "../support/engine.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";
import { type PushRegistry, startPushRegistry } from "../support/push-registry.ts";
import { type RemappedEngine, startRemappedEngine } from "../support/remapped-engine.ts";
import { SshBench } from "../support/ssh-server.ts";
import { canMount, RemoteDesk, until } from "./remote-support.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 });

const bench = new SshBench();
const desk = new RemoteDesk({ PATH: `${bench.bin}:${process.env["PATH"] ?? ""}` });
const session = `image-${process.env["COOPER_TEST_RUN"] ?? ""}${randomBytes(4).toString("hex")}`.toLowerCase();
const own = `cooper-base:1-${session}`;
const file = path.join(desk.folder, "Dockerfile.cooper");
const SMALL = `FROM scratch\nARG SSH_PUBLIC_KEY\nLABEL key=$SSH_PUBLIC_KEY\nCOPY note /note\nCMD ["/none"]\n`;
let registry: PushRegistry | null = null;
let other: RemappedEngine | null = null;
const made = new Set<string>();

beforeAll(async () => {
  const near = await testEngine();
  await bench.open();
  const far = await bench.start("far", { environment: { PATH: process.env["PATH"] ?? "", DOCKER_HOST: near.url } });
  await bench.configure([`Host build1\n  HostName 127.0.0.1\n  Port ${far}`]);
  registry = await startPushRegistry();
  writeFileSync(path.join(desk.folder, "note"), "near\n");
  mkdirSync(path.join(bench.folder, "far build"));
  writeFileSync(path.join(bench.folder, "far build", "note"), "far\n");
  await desk.told(`cooper dev init ${session} --image base:1 --no-mount`);
});

afterAll(async () => {
  for (const name of made) await runOnHost(["docker", "rmi", "-f", name]);
  await desk.leave();
  await other?.stop();
  await registry?.close();
  bench.close();
});

function key(): string {
  return path.join(bench.folder, "key.pub");
}

async function noteIn(image: string, host: readonly string[] = []): Promise<string> {
  const id = await outputOf(["docker", ...host, "create", image]);
  const text = await outputOf(["sh", "-c", `docker ${host.join(" ")} cp ${id}:/note - | tar xO`]);
  await outputOf(["docker", ...host, "rm", id]);
  return text;
}

test("overlay writes a Dockerfile once, and not over a changed one", async () => {
  expect(await desk.told(`cooper dev overlay -s ${session} --distro alpine`)).toBe(`${file}\n`);
  expect(readFileSync(file, "utf8")).toContain("FROM base:1\nUSER root\nRUN apk add");
  await desk.told(`cooper dev overlay -s ${session}`);
  writeFileSync(file, SMALL);
  const { stderr, exit } = await desk.bash(`cooper dev overlay -s ${session}`);
  expect(stderr).toContain("overlay-exists");
  expect(exit).toBe(2);
});

test("build makes the session's image with the person's key", async () => {
  const { stderr } = await desk.bash(`cooper dev push -s ${session}; cooper dev build -s ${session} --key none.pub`);
  expect(stderr).toContain("nothing-built");
  expect(stderr).toContain("ssh-key-missing");
  made.add(own);
  expect(await desk.told(`cooper dev build -s ${session} --key ${key()}`)).toBe(`${own}\n`);
  const label = await outputOf(["docker", "image", "inspect", "--format", "{{.Config.Labels.key}}", own]);
  expect(label).toBe(readFileSync(key(), "utf8").trim());
  expect(await noteIn(own)).toBe("near");
});

test("a remote build takes the folder of the engine's machine, which is a folder here until the session ends", async () => {
  const name = `${own}-far`;
  const place = path.join(desk.folder, "build1");
  made.add(name);
  const init = `cooper dev init ${session}-far --image base:1 --host build1 --build-dir '${bench.folder}/far build'`;
  if (canMount(await desk.bash(init))) {
    const named = `${place}, of build1:${bench.folder}/far build`;
    expect(await desk.told(`cat build1/note; echo from here >build1/note; cooper dev status -s ${session}-far || true`)).toMatch(
      new RegExp(`^far\\n[^]*${named}`, "u"),
    );
    const [pid = ""] = /(?<="pid":)\d+/u.exec(await desk.told(`cooper dev unmount --json`)) ?? [];
    process.kill(Number(pid), "SIGKILL");
    await until(async () => (await desk.bash(`${init} >/dev/null; cat build1/note`)).stdout === "from here\n", "the folder again");
  } else writeFileSync(path.join(bench.folder, "far build", "note"), "from here\n");
  expect(await desk.told(`cooper dev build --remote -s ${session}-far --key ${key()}`)).toBe(`${name}\n`);
  expect(await noteIn(name)).toBe("from here");
  await desk.told(`cooper dev rm ${session}-far`);
  expect(existsSync(place)).toBe(false);
});

test("push sends an image straight to another engine, once", async () => {
  other = await startRemappedEngine();
  await desk.told(`cooper dev init ${session}-other --host ${other.host} --no-mount`);
  expect(await desk.told(`cooper dev push -s ${session}-other ${own}`)).toBe(`${own} is on ${other.host}\n`);
  expect(await noteIn(own, ["-H", other.host])).toBe("near");
  expect(await desk.told(`cooper dev push -s ${session}-other ${own}`)).toBe(`${own} was there already\n`);
});

test("with a registry the image goes there", async () => {
  const address = registry?.address ?? "";
  const name = `${address}/${own}-kept`;
  made.add(name);
  await desk.told(`cooper dev init ${session}-kept --image base:1 --registry ${address} --no-mount`);
  await desk.told(`cooper dev build -s ${session}-kept --key ${key()} && cooper dev push -s ${session}-kept`);
  expect(registry?.pushed()).toEqual([`${own}-kept`]);
  await outputOf(["docker", "rmi", name]);
  await outputOf(["docker", "pull", "-q", name]);
  expect(await noteIn(name)).toBe("near");
  await desk.told(`cooper dev rm --delete ${session}-kept`);
  expect((await runOnHost(["docker", "image", "inspect", name])).exit).toBe(1);
});
