import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createSocketServer } from "node:net";
import { hostname, release, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findContainer } from "./container/container.ts";
import { openEngine } from "./open-engine.ts";

type Answers = Readonly<Record<string, { readonly status?: number; readonly body: string }>>;

const VERSION = { Version: "27.1", ApiVersion: "1.46", MinAPIVersion: "1.24", Arch: "arm64" };
const INFO = { ID: "E1", Name: hostname(), KernelVersion: release(), Driver: "overlay2", OperatingSystem: "Debian" };

let folder = "";
let server: Server | null = null;
let asked: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cooper-engine-"));
  asked = [];
});
afterEach(async () => {
  await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)));
  server = null;
  rmSync(folder, { recursive: true, force: true });
});

/** A stand-in for an engine on a socket of the test's own; a path it does not know gets 404. */
async function serve(answers: Answers): Promise<string> {
  const path = join(folder, "engine.sock");
  const made = createServer((request, response) => {
    asked.push(request.url ?? "");
    const answer = answers[request.url ?? ""] ?? { status: 404, body: '{"message":"page not found"}' };
    response.writeHead(answer.status ?? 200, { "content-type": "application/json" }).end(answer.body);
  });
  server = made;
  await new Promise((resolve) => made.listen(path, () => resolve(null)));
  return path;
}

function open(socket: string): ReturnType<typeof openEngine> {
  return openEngine({ env: { DOCKER_HOST: `unix://${socket}`, XDG_STATE_HOME: folder }, home: folder });
}

function engineOf(version: object, info: object = INFO): Answers {
  const body = JSON.stringify(info);
  const paths = ["1.41", "1.46", "1.52"].map((api) => [`/v${api}/info`, { body }] as const);
  return { "/version": { body: JSON.stringify({ ...VERSION, ...version }) }, ...Object.fromEntries(paths) };
}

/** Root may use every socket: for the time of `act` this process is the user nobody. */
async function asNobody(act: () => Promise<void>): Promise<void> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    await act();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe("openEngine", () => {
  test.each([
    ["the engine's version when it is older than ours", { ApiVersion: "1.46" }, "1.46"],
    ["the oldest that is spoken", { ApiVersion: "1.41" }, "1.41"],
    ["ours when the engine is newer", { ApiVersion: "1.99", MinAPIVersion: "1.44" }, "1.52"],
    ["ours when the engine's next major is there", { ApiVersion: "2.0", MinAPIVersion: "1.44" }, "1.52"],
  ])("speaks %s", async (_name, version, expected) => {
    const engine = await open(await serve(engineOf(version)));
    expect(engine).toMatchObject({
      id: "E1",
      apiVersion: expected,
      serverVersion: "27.1",
      architecture: "arm64",
      storageDriver: "overlay2",
      isLocal: true,
    });
    expect(asked).toEqual(["/version", `/v${expected}/info`]);
  });

  test.each([
    { what: "too old", version: { ApiVersion: "1.40" }, code: "engine-too-old", message: "speaks API 1.40, cooper needs 1.41" },
    { what: "much too old", version: { ApiVersion: "1.9" }, code: "engine-too-old", message: "speaks API 1.9" },
    {
      what: "too new",
      version: { ApiVersion: "1.99", MinAPIVersion: "1.60" },
      code: "engine-too-new",
      message: "speaks only API 1.60 and up",
    },
    { what: "no engine's answer", version: { ApiVersion: "" }, code: "engine-reply-unknown", message: "has no ApiVersion" },
  ])("refuses what is $what", async ({ version, code, message }) => {
    const socket = await serve(engineOf(version));
    await expect(open(socket)).rejects.toMatchObject({
      code,
      exit: 3,
      message: expect.stringContaining(message),
      hint: expect.any(String),
    });
  });

  test.each([
    ["another machine's name", { ...INFO, Name: "elsewhere" }],
    ["another kernel", { ...INFO, KernelVersion: "1.2.3" }],
  ])("an engine with %s is not local", async (_name, info) => {
    expect(await open(await serve(engineOf({}, info)))).toMatchObject({ isLocal: false });
  });

  test("an engine without an id is known by its machine and folder", async () => {
    const engine = await open(await serve(engineOf({}, { ...INFO, ID: "", DockerRootDir: "/data" })));
    expect(engine.id).toBe(`${hostname()}:/data`);
  });

  test("Podman, whose id is another one each time, too", async () => {
    const version = { Components: [{ Name: "Podman Engine", Version: "5.4.2" }] };
    const engine = await open(await serve(engineOf(version, { ...INFO, DockerRootDir: "/data" })));
    expect(engine).toMatchObject({ id: `${hostname()}:/data`, isPodman: true });
  });

  test("ways of a connected ssh lead to no engine of this machine", async () => {
    const host = await serve({ "/version": { body: JSON.stringify(VERSION) }, "/v1.46/info": { body: JSON.stringify(INFO) } });
    const { channel } = await openEngine({ env: {}, home: folder, host: `unix://${host}`, sshSocket: join(folder, "none") });
    expect(channel.target).not.toHaveProperty("sshSocket");
  });

  test("no socket: no engine, and how to get one", async () => {
    const socket = join(folder, "none.sock");
    await expect(open(socket)).rejects.toMatchObject({
      code: "no-engine",
      exit: 3,
      message: `There is no Docker engine: There is no socket at unix://${socket} (DOCKER_HOST).`,
      hint: expect.stringContaining("cooper engine start"),
    });
  });

  test("a file that is no socket, or one that nobody listens at: no engine", async () => {
    const stale = join(folder, "stale.sock");
    writeFileSync(stale, "");
    await expect(open(stale)).rejects.toMatchObject({ code: "no-engine", message: expect.stringContaining("Nothing answers") });
  });

  test("a socket that is somebody else's: not 'no engine', and how to get access", async () => {
    const socket = await serve(engineOf({}));
    chmodSync(folder, 0o755);
    chmodSync(socket, 0);
    await asNobody(async () => {
      await expect(open(socket)).rejects.toMatchObject({
        code: "engine-permission",
        exit: 3,
        message: `You may not use the engine's socket unix://${socket} (DOCKER_HOST).`,
        hint: expect.stringContaining("group"),
      });
    });
  });

  test("something that hangs up is unreachable", async () => {
    const path = join(folder, "rude.sock");
    const rude = createSocketServer((socket) => void socket.destroy());
    await new Promise((resolve) => rude.listen(path, () => resolve(null)));
    await expect(open(path)).rejects.toMatchObject({ code: "engine-unreachable", exit: 3 });
    await new Promise((resolve) => rude.close(resolve));
  });

  test("an engine that wants TLS is told so", async () => {
    const socket = await serve({ "/version": { status: 400, body: "Client sent an HTTP request to an HTTPS server.\n" } });
    await expect(open(socket)).rejects.toMatchObject({ code: "engine-unreachable", hint: expect.stringContaining("DOCKER_TLS_VERIFY") });
  });

  test("a web server is no engine", async () => {
    const socket = await serve({ "/version": { body: "<html>hello</html>" } });
    await expect(open(socket)).rejects.toMatchObject({ code: "engine-reply-unknown" });
  });

  test.each([
    ["the message of the engine's error", 500, '{"message":"driver failed"}', "The engine says: driver failed"],
    ["an error that is plain text", 502, "bad gateway\n", "The engine says: bad gateway"],
    ["an error without a word", 503, "", "The engine says: HTTP status 503"],
  ])("passes on %s", async (_name, ...[status, body, message]) => {
    const socket = await serve({ ...engineOf({}), "/v1.46/containers/json?all=true": { status, body } });
    await expect(findContainer(await open(socket), "web")).rejects.toMatchObject({ code: "engine-refused", exit: 3, message });
  });

  test("the private engine's socket is found when nothing is configured and the default one is not there", async () => {
    const state = join(folder, "cooper", "engine");
    mkdirSync(state, { recursive: true });
    const served = createServer((request, response) => void response.end(engineOf({})[request.url ?? ""]?.body ?? "{}"));
    server = served;
    await new Promise((resolve) => served.listen(join(state, "docker.sock"), () => resolve(null)));
    const env = { XDG_STATE_HOME: folder };
    const engine = await openEngine({ env, home: state, defaultSocket: join(state, "none.sock") });
    expect(engine).toMatchObject({ source: "cooper's private engine", id: "E1" });
  });
});
