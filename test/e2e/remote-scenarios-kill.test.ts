import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { SESSION_STEPS, type SessionStep } from "../../src/remote/serve/steps.ts";
import { readSession } from "../../src/remote/session/session-record.ts";
import { connectLocal } from "../../src/system/network/local-socket.ts";
import { removeContainer, startContainer, type TestContainer } from "../support/container.ts";
import { KILLED, runCooperUntil } from "../support/cooper-until.ts";
import { engineBetween } from "../support/engine-between.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";
import { RemoteDesk, until } from "./remote-support.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const desk = new RemoteDesk();
let box: TestContainer | null = null;
let hasFiles = false;

beforeAll(async () => {
  box = await startContainer();
  await desk.told(`cooper dev init plain --no-mount && cooper dev attach -s plain ${box.name} && cooper dev init files`);
  hasFiles = await desk.attach(`cooper dev attach -s files ${box.name}`);
  await desk.told("cooper dev stop -s files");
});

afterAll(async () => {
  await desk.leave();
  if (box !== null) await removeContainer(box.name);
});

const folderOf = (session: string): string => path.join(desk.state, "cooper", "sessions", session);

/** `dodo` as a shell has it that has sourced the session's script. */
async function dodo(session: string, script: string): Promise<{ exit: number; told: string }> {
  const { exit, stdout } = await runOnHost([path.join(folderOf(session), "bin", "dodo"), "-c", script], { env: desk.env });
  return { exit, told: stdout.trim() };
}

interface Killed {
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number>;
}

/** A session's process that is killed where it has come through these steps; given once it can be asked, or has ended. */
async function serveUntil(session: string, ...steps: readonly string[]): Promise<Killed> {
  const record = (await readSession(folderOf(session)))?.record;
  let hasEnded = false;
  const ended = runCooperUntil(steps, ["dev", "serve", folderOf(session)], { env: desk.env }).then(({ exit }) => {
    hasEnded = true;
    return exit;
  });
  const canBeAsked = async (): Promise<boolean> => {
    const socket = await connectLocal(record?.socket ?? "");
    socket?.destroy();
    return socket !== null;
  };
  await until(async () => hasEnded || (await canBeAsked()), `the session's process before ${steps.join(", ")}`);
  return { ended };
}

/** What has come of a command at whose step its session's process was killed. */
interface Outcome {
  /** It ran; null where nobody can say. */
  readonly ran: boolean | null;
  /** What it exports is remembered. */
  readonly isRemembered: boolean;
}

const IN_A_COMMAND: readonly (readonly [SessionStep, Outcome])[] = [
  ["begun", { ran: false, isRemembered: false }],
  ["noted", { ran: false, isRemembered: false }],
  ["started", { ran: null, isRemembered: false }],
  ["ended", { ran: true, isRemembered: false }],
  ["remembered", { ran: true, isRemembered: true }],
  ["recorded", { ran: true, isRemembered: true }],
];
const BEFORE_COMMANDS: readonly SessionStep[] = ["claimed", "orphans-ended", "listening"];
const AT_THE_END: readonly SessionStep[] = ["unmounted", "closed"];

/** Commands work again, after what was killed at a step. */
async function looksAfter(step: SessionStep, { ran, isRemembered }: Outcome): Promise<void> {
  const { exit, told } = await dodo("plain", `echo "[$LAST]"; ls /srv/${step} 2>/dev/null; echo there`);
  expect({ step, exit }).toEqual({ step, exit: 0 });
  const lines = told.split("\n");
  expect({ step, isRemembered: lines[0] === `[${step}]` }).toEqual({ step, isRemembered });
  if (ran !== null) expect({ step, ran: lines.includes(`/srv/${step}`) }).toEqual({ step, ran });
}

async function nothingIsLeft(): Promise<void> {
  const shells = async (): Promise<string> => await outputOf(["docker", "top", box?.name ?? "", "-eo", "pid,args"]);
  await until(async () => !/cooper_|sleep 30\d\d/u.test(await shells()), "the end of the shells that waited");
  expect(readdirSync(path.join(folderOf("plain"), "running"))).toEqual([]);
}

test("whatever step a session's process is killed at, commands work again and nothing is left", async () => {
  expect([...BEFORE_COMMANDS, "mounted", "opened", ...IN_A_COMMAND.map(([step]) => step), ...AT_THE_END]).toEqual(SESSION_STEPS);
  await desk.told("cooper dev stop -s plain");
  for (const step of BEFORE_COMMANDS) expect(await (await serveUntil("plain", `session-${step}`)).ended).toBe(KILLED);
  const first = await serveUntil("plain", "session-opened");
  expect((await dodo("plain", "true")).exit).toBe(125);
  expect(await first.ended).toBe(KILLED);

  let previous: readonly [SessionStep, Outcome] = ["opened", { ran: null, isRemembered: false }];
  for (const [step, outcome] of IN_A_COMMAND) {
    // It does a whole command first, which shows what the killed one before it left.
    const killed = await serveUntil("plain", "session-recorded", `session-${step}`);
    await looksAfter(...previous);
    const during = await dodo("plain", `echo >/srv/${step}; export LAST=${step}${step === "started" ? "; exec sleep 3061" : ""}`);
    expect({ step, exit: during.exit, ended: await killed.ended }).toEqual({ step, exit: 125, ended: KILLED });
    previous = [step, outcome];
  }
  for (const step of AT_THE_END) {
    const killed = await serveUntil("plain", `session-${step}`);
    await looksAfter(...previous);
    expect((await dodo("plain", `echo >/srv/${step}; export LAST=${step}`)).exit).toBe(0);
    await desk.told("cooper dev stop -s plain");
    expect({ step, ended: await killed.ended }).toEqual({ step, ended: KILLED });
    previous = [step, { ran: true, isRemembered: true }];
  }
  await looksAfter(...previous);
  await desk.told("cooper dev stop -s plain");
  await nothingIsLeft();
});

test("what killed processes did is in the history: the command, or at least its changes", async () => {
  const history = await desk.told(`cooper history ${box?.name} --json`);
  const there = (await outputOf(["docker", "exec", box?.name ?? "", "ls", "/srv"])).split("\n");
  expect(there.filter((name) => !history.includes(`"/srv/${name}"`))).toEqual([]);
  const certain: readonly SessionStep[] = ["recorded", ...AT_THE_END];
  expect(certain.filter((step) => !history.includes(`echo >/srv/${step}; export`))).toEqual([]);
  expect(await desk.told(`cooper replay ${box?.name}`)).toContain("/srv");
});

/** The label of the helper of a mount that is killed as soon as the helper is made. */
async function ownerOfKilledMount(folder: string): Promise<string> {
  const owners: string[] = [];
  const between = await engineBetween(path.join(desk.folder, "engine.sock"), ({ url, body }) => {
    if (url.includes("/containers/create"))
      owners.push(/"cooper[.]owner":"(?<owner>[^"]+)"/u.exec(body.toString())?.groups?.["owner"] ?? "");
    return body;
  });
  try {
    const words = ["dev", "mount", "--helper", "--foreground", box?.name ?? "", folder];
    const { exit } = await runCooperUntil(["helper-made"], words, { env: { ...desk.env, DOCKER_HOST: between.host } });
    expect({ exit, owners }).toEqual({ exit: KILLED, owners: [expect.stringMatching(/^mount-/u)] });
  } finally {
    between.close();
  }
  return `label=cooper.owner=${owners[0]}`;
}

test("a process that is killed as it mounts leaves no dead folder and no helper", async () => {
  if (!hasFiles) return;
  const folder = path.join(desk.folder, "container");
  const isMounted = (): boolean => readFileSync("/proc/self/mounts", "utf8").includes(folder);
  expect(await (await serveUntil("files", "session-mounted")).ended).toBe(KILLED);
  await until(() => Promise.resolve(!isMounted()), "the end of the mount");
  expect((await dodo("files", "cat /etc/debian_version")).exit).toBe(0);
  await until(() => Promise.resolve(existsSync(path.join(folder, "etc/debian_version"))), "the files");

  const label = await ownerOfKilledMount(path.join(desk.folder, "other"));
  // Whatever starts on this engine meanwhile may have removed it: the engine knows that it was made, and says so when the second is over.
  const events = ["docker", "events", "--since", "10m", "--until", "0s", "--filter", "event=create", "--format", "{{.ID}}"];
  let own = "";
  await until(async () => (own = await outputOf([...events, "--filter", label])) !== "", "the word of the helper that was made");
  expect(own).toMatch(/^[0-9a-f]{64}$/u);
  await desk.told(`cooper dev mount ${box?.name} other && cooper dev unmount other`);
  await until(async () => (await outputOf(["docker", "ps", "-aq", "--filter", `id=${own}`])) === "", "the end of the helper that was left");
});
