import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { cooperProgram } from "../support/cli.ts";
import { removeContainer, startContainer, type TestContainer } from "../support/container.ts";
import { testEngine } from "../support/engine.ts";
import { type HostOutcome, outputOf, runOnHost } from "../support/host-command.ts";
import { canMount } from "./remote-support.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

/** Who is not root, and may use the engine: the tests may run as root, whose folders are closed. */
const NOBODY = 65_534;
const folder = mkdtempSync(path.join(tmpdir(), "cooper-plain-"));
const home = path.join(folder, "home");
const program = path.join(folder, "cooper/cli.mjs");
const socket = path.join(folder, "engine.sock");
let box: TestContainer | null = null;
let served: Server | null = null;

beforeAll(async () => {
  box = await startContainer();
  cpSync(path.dirname(cooperProgram()), path.dirname(program), { recursive: true });
  mkdirSync(path.join(home, "work"), { recursive: true });
  served = await openSocket();
  if (process.getuid?.() === 0) await outputOf(["chown", "-R", `${NOBODY}:${NOBODY}`, home]);
  chmodSync(folder, 0o755);
});

afterAll(async () => {
  await asPlainUser("cooper dev rm -f");
  served?.close();
  rmSync(folder, { recursive: true, force: true });
  if (box !== null) await removeContainer(box.name);
});

/** The engine's socket as this user may use it. */
async function openSocket(): Promise<Server> {
  const real = (await testEngine()).url.replace("unix://", "");
  const server = createServer((client) => {
    const engine = connect(real);
    client.pipe(engine).pipe(client);
    for (const end of [client, engine])
      end.on("error", () => end.destroy()).on("close", () => [client, engine].map((one) => one.destroy()));
  });
  await new Promise((resolve) => server.listen(socket, () => resolve(null)));
  chmodSync(socket, 0o666);
  return server;
}

/** A script of a user who is not root. */
async function asPlainUser(script: string): Promise<HostOutcome> {
  const inner = `cd ${home}/work; cooper() { '${process.execPath}' '${program}' "$@"; }; dodo() { cooper dev exec "$@"; }; ${script}`;
  // Where /dev/fuse is root's alone, one for everybody takes its place in a mount table of its own.
  const device = `${folder}/fuse`;
  const fuse = `[ ! -e /dev/fuse ] || { rm -f ${device}; mknod -m 666 ${device} c 10 229 && mount --bind ${device} /dev/fuse; }`;
  const user = [
    "unshare",
    "-m",
    "sh",
    "-c",
    `${fuse}; exec "$@"`,
    "sh",
    "setpriv",
    `--reuid=${NOBODY}`,
    `--regid=${NOBODY}`,
    "--clear-groups",
    "bash",
    "-c",
    inner,
  ];
  const env = {
    HOME: home,
    DOCKER_HOST: `unix://${socket}`,
    XDG_STATE_HOME: "",
    XDG_RUNTIME_DIR: "",
    COOPER_SESSION: "",
    DOCKER_CONTEXT: "",
  };
  return await runOnHost(process.getuid?.() === 0 ? user : user.slice(-3), { env, timeoutMs: 120_000 });
}

test("who is not root has a session with files, by a helper", async () => {
  const opened = `cooper dev init work >/dev/null && cooper dev attach ${box?.name} && dodo sh -c 'echo theirs >/srv/theirs'`;
  const used = "cat container/srv/theirs && echo mine >container/srv/mine && dodo cat /srv/mine";
  const outcome = await asPlainUser(`${opened} && { ! test -e /dev/fuse || { ${used}; }; }`);
  expect(outcome).toMatchObject({ exit: 0 });
  if (canMount(outcome)) expect(outcome.stdout).toMatch(/theirs\nmine\n$/u);
});
