import { createHash } from "node:crypto";
import { expect, test, vi } from "vitest";
import {
  containerChanges,
  createContainer,
  exportContainer,
  findContainer,
  getArchive,
  inspectContainer,
  listContainers,
  putArchive,
  removeContainer,
  startContainer,
  stopContainer,
  topContainer,
  waitContainer,
} from "../../src/engine/container/container.ts";
import { watchEvents } from "../../src/engine/events.ts";
import { createExec, inspectExec, resizeExec, runInContainer, startExec } from "../../src/engine/stream/exec.ts";
import { createNetwork, inspectNetwork, removeNetwork } from "../../src/engine/network.ts";
import { uniqueName, withContainer } from "../support/container.ts";
import { testEngine } from "../support/engine.ts";
import { outputOf } from "../support/host-command.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const engine = await testEngine();

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (chunk instanceof Buffer) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test("a command's output, errors, input, exit code, user, folder and variables", async () => {
  await withContainer({}, async ({ id }) => {
    const script = 'cat; id -un; pwd; echo "$GREETING"; echo wrong >&2; exit 7';
    const options = { input: "from stdin\n", user: "daemon", workdir: "/usr", env: ["GREETING=hello there"] };
    const result = await runInContainer(engine, id, ["sh", "-c", script], options);
    expect(result.stdout.toString()).toBe("from stdin\ndaemon\n/usr\nhello there\n");
    expect(result.stderr.toString()).toBe("wrong\n");
    expect(result.exit).toBe(7);
  });
});

test("a megabyte goes in and out unchanged", async () => {
  await withContainer({}, async ({ id }) => {
    const input = Buffer.from(Array.from({ length: 1 << 20 }, (_, index) => (index * 7 + (index >> 8)) % 256));
    const result = await runInContainer(engine, id, ["cat"], { input });
    const hash = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
    expect([result.stdout.length, hash(result.stdout)]).toEqual([input.length, hash(input)]);
  });
});

test("a terminal: its size, a new size, keys, and the exit code", async () => {
  await withContainer({}, async ({ id }) => {
    const exec = await createExec(engine, id, { argv: ["sh"], tty: true, env: ["PS1=ready "] });
    const stream = await startExec(engine, exec, { tty: true });
    let screen = "";
    const ended = new Promise((resolve) => stream.on("close", resolve));
    stream.on("data", (chunk: Buffer) => (screen += chunk.toString()));
    await expect.poll(() => screen, { timeout: 60_000 }).toContain("ready ");
    await resizeExec(engine, exec, { columns: 91, rows: 31 });
    stream.write("stty size\r");
    await expect.poll(() => screen, { timeout: 60_000 }).toContain("31 91");
    await resizeExec(engine, exec, { columns: 120, rows: 40 });
    stream.write("stty size\r");
    await expect.poll(() => screen, { timeout: 60_000 }).toContain("40 120");
    expect(await inspectExec(engine, exec)).toMatchObject({ running: true, exitCode: null, pid: expect.any(Number) });
    stream.write("exit 9\r");
    await ended;
    await expect.poll(() => inspectExec(engine, exec), { timeout: 60_000 }).toMatchObject({ running: false, exitCode: 9 });
  });
});

test("a command that is stopped from outside", async () => {
  await withContainer({}, async ({ id }) => {
    const abort = new AbortController();
    const reason = new Error("enough");
    const running = runInContainer(engine, id, ["sh", "-c", "echo started > /started; sleep 600"], { signal: abort.signal });
    await expect.poll(() => containerChanges(engine, id), { timeout: 60_000 }).toContainEqual({ path: "/started", kind: "created" });
    abort.abort(reason);
    await expect(running).rejects.toBe(reason);
  });
});

test("files in and out, what changed, and the whole file system", async () => {
  await withContainer({}, async ({ id, run }) => {
    await run("sh", "-c", "mkdir /new && echo content > /new/file && rm /etc/issue && chmod 600 /etc/motd");
    expect(await containerChanges(engine, id)).toEqual(
      expect.arrayContaining([
        { path: "/new", kind: "created" },
        { path: "/new/file", kind: "created" },
        { path: "/etc/issue", kind: "deleted" },
        { path: "/etc/motd", kind: "changed" },
      ]),
    );
    const tar = Buffer.from(await textOf(await getArchive(engine, id, "/new")));
    expect(tar.toString()).toContain("content\n");
    await putArchive(engine, id, "/srv", tar);
    expect(await run("cat", "/srv/new/file")).toBe("content");
    await expect(getArchive(engine, id, "/nope")).rejects.toMatchObject({ code: "path-unknown", exit: 3 });
    await expect(putArchive(engine, id, "/nope", tar)).rejects.toMatchObject({ code: "path-unknown" });
    let size = 0;
    for await (const chunk of await exportContainer(engine, id)) size += chunk instanceof Buffer ? chunk.length : 0;
    expect(size).toBeGreaterThan(10_000_000);
  });
});

test("a container's life: made, started, its end awaited, removed, and each twice", async () => {
  const name = uniqueName("life");
  const id = await createContainer(engine, {
    image: "debian:bookworm",
    name,
    cmd: ["sleep", "600"],
    network: "none",
    labels: { [name]: "yes" },
  });
  try {
    expect((await inspectContainer(engine, name)).state).toMatchObject({ running: false, status: "created", pid: 0 });
    await startContainer(engine, id);
    await startContainer(engine, id);
    const info = await inspectContainer(engine, id);
    expect(info).toMatchObject({ id, name, image: "debian:bookworm", mounts: [], config: { cmd: ["sleep", "600"] } });
    expect(info.state).toMatchObject({ running: true, paused: false, status: "running" });
    expect(await listContainers(engine, { labels: [`${name}=yes`] })).toMatchObject([{ id, name, status: "running" }]);
    expect((await topContainer(engine, id)).rows.flat()).toContain("sleep 600");
    const ended = waitContainer(engine, id);
    await stopContainer(engine, id, { graceSeconds: 0 });
    await stopContainer(engine, id);
    expect(await ended).toBe(137);
    expect(await listContainers(engine, { labels: [name] })).toEqual([]);
    expect(await listContainers(engine, { labels: [name], all: true })).toMatchObject([{ id, status: "exited" }]);
  } finally {
    await removeContainer(engine, id, { force: true, volumes: true });
  }
  await removeContainer(engine, id);
  await expect(inspectContainer(engine, id)).rejects.toMatchObject({ code: "container-unknown", message: expect.stringContaining(id) });
});

test("what a container is made of: mounts, read-only root, addresses, ports", async () => {
  const args = [
    "-v",
    "/data",
    "--tmpfs",
    "/scratch",
    "--read-only",
    "-p",
    "127.0.0.1::80",
    "--hostname",
    "boxed",
    "-e",
    "A=b",
    "-w",
    "/usr",
  ];
  await withContainer({ args }, async ({ id }) => {
    const info = await inspectContainer(engine, id);
    expect(info).toMatchObject({ readOnlyRoot: true, hostName: "boxed", config: { workdir: "/usr", exposed: ["80/tcp"] } });
    expect(info.config.env).toContain("A=b");
    expect(info.mounts.map(({ type, destination }) => [type, destination]).toSorted()).toEqual([
      ["tmpfs", "/scratch"],
      ["volume", "/data"],
    ]);
    expect(info.networkSettings.ip).toMatch(/^\d+\.\d+\.\d+\.\d+$/u);
    expect(info.networkSettings.ports["80/tcp"]).toEqual([expect.stringMatching(/^127\.0\.0\.1:\d+$/u)]);
    const [network = ""] = Object.keys(info.networkSettings.networks);
    expect((await inspectNetwork(engine, network)).containers).toContain(id);
  });
});

test("a container is found by name, by unique prefix and by id, and near names are named", async () => {
  await withContainer({}, async ({ id, name }) => {
    for (const given of [name, name.slice(0, -3), id, id.slice(0, 20)]) expect((await findContainer(engine, given)).id).toBe(id);
    const misspelt = `${name.slice(0, -2)}zz`;
    await expect(findContainer(engine, misspelt)).rejects.toMatchObject({
      code: "container-unknown",
      exit: 2,
      hint: expect.stringContaining(name),
    });
  });
});

test("errors carry the engine's words", async () => {
  await withContainer({ command: ["true"] }, async ({ id, name }) => {
    await waitContainer(engine, id);
    const exec = createExec(engine, id, { argv: ["true"], tty: false });
    await expect(exec).rejects.toMatchObject({
      code: "container-not-running",
      exit: 3,
      message: expect.stringContaining("is not running"),
    });
    const taken = createContainer(engine, { image: "debian:bookworm", name, cmd: ["true"] });
    await expect(taken).rejects.toMatchObject({ code: "container-conflict", message: expect.stringContaining("already in use") });
    const nothing = createContainer(engine, { image: `${name}:nope`, cmd: ["true"] });
    await expect(nothing).rejects.toMatchObject({ code: "image-unknown", message: expect.stringContaining(name) });
  });
});

test("a network's life", async () => {
  const name = uniqueName("wire");
  const id = await createNetwork(engine, { name, internal: true, labels: { [name]: "yes" } });
  try {
    expect(await inspectNetwork(engine, name)).toMatchObject({ id, name, driver: "bridge", labels: { [name]: "yes" }, containers: [] });
    await expect(createNetwork(engine, { name })).rejects.toMatchObject({
      code: "network-conflict",
      message: expect.stringContaining(name),
    });
    await withContainer({}, async (container) => {
      await outputOf(["docker", "network", "connect", name, container.name]);
      await expect(removeNetwork(engine, name)).rejects.toMatchObject({ code: "network-in-use", message: expect.stringContaining(name) });
    });
  } finally {
    await removeNetwork(engine, name);
  }
  await removeNetwork(engine, name);
  await expect(inspectNetwork(engine, name)).rejects.toMatchObject({ code: "network-unknown" });
});

test("events of a container, until they are no longer wanted", async () => {
  await withContainer({}, async ({ id }) => {
    const abort = new AbortController();
    const seen: string[] = [];
    const filters = { type: ["container"], container: [id], event: ["pause", "unpause", "die"] };
    const watching = (async () => {
      for await (const event of watchEvents(engine, filters, abort.signal)) {
        seen.push(`${event.type} ${event.action} ${event.id === id} ${event.at > 1e12}`);
        if (event.action === "die") abort.abort();
      }
    })();
    // Nothing tells when the engine has begun to listen: a container that ends later is told in any case.
    const beat = setInterval(
      () =>
        void startContainer(engine, id).then(
          () => stopContainer(engine, id, { graceSeconds: 0 }),
          () => undefined,
        ),
      1000,
    );
    await watching.finally(() => clearInterval(beat));
    expect(seen).toEqual(["container die true true"]);
  });
});
