import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findSession, sessionsFolder } from "./find-session.ts";
import { makeSession } from "./make-session.ts";
import { type Session, writeSession } from "./session-record.ts";

const root = mkdtempSync(join(tmpdir(), "cooper-find-"));
const env = { XDG_STATE_HOME: join(root, "state") };
const workFolder = join(root, "work");
const settings = { run: [], registry: null, distro: null, sshKey: null, built: null, deadlineMs: 5_000 };
let own: Session;

beforeAll(async () => {
  const wanted = { host: undefined, context: undefined, user: undefined, image: undefined, buildFolder: undefined };
  const made = await makeSession({
    ...wanted,
    env,
    workFolder,
    settings,
    name: "own",
    command: "docker",
    isMounted: true,
    clock: () => 0,
    randomHex: (bytes) => "ab".repeat(bytes),
  });
  own = made.session;
});

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

test.each(["own", "ow", ".", join(sessionsFolder(env), "own"), `${join(sessionsFolder(env), "own")}/`])(
  "%s is the own session",
  async (name) => {
    const place = { env, cwd: join(workFolder, "container"), name };
    expect((await findSession(place)).record.name).toBe("own");
  },
);

test("what a stranger made look like a session is none", async () => {
  const planted = join(workFolder, "container", "srv");
  mkdirSync(planted, { recursive: true });
  await writeSession(planted, { ...own.record, name: "planted", engine: { host: "tcp://192.0.2.1:2375", context: null } });
  for (const name of [".", planted, `${planted}/`, "../srv"]) {
    expect((await findSession({ env, cwd: planted, name })).record.name).toBe("own");
  }
});
