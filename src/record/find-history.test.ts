import { afterAll, beforeAll, expect, test } from "vitest";
import { isCooperError } from "../base/errors.ts";
import type { ContainerRecord, Step } from "../history/model.ts";
import { type HistoryStore, openHistoryStore } from "../history/store.ts";
import { makeTempFolder, type TempFolder } from "../system/file/files.ts";
import { findHistory } from "./find-history.ts";

let temp: TempFolder;
let store: HistoryStore;

const imageConfig = {
  env: [],
  cmd: null,
  entrypoint: null,
  user: "",
  workdir: "",
  exposed: [],
  volumes: [],
  stopSignal: null,
  shell: null,
  architecture: "",
};
const identity = { user: "root", uid: 0, gid: 0, groups: [0], home: "/root" };
const effect = { changes: [], uncertain: false, reads: null, packages: [], debconf: [], processes: [], ended: [] };

function container(id: string, name: string): ContainerRecord {
  const made = { command: null, entrypoint: null, env: [], user: "", workdir: "", ports: [] };
  return { id, name, engineId: "e", image: "debian", imageId: "i", imageDigest: null, hostName: "h", mounts: [], imageConfig, ...made };
}

async function record(id: string, name: string, isUsed: boolean): Promise<void> {
  const writer = await store.startSession(container(id, name), null, () => 0);
  const where = { shell: "a", cwd: "/", umask: "0022", identity, startedAt: 0, endedAt: 0, exit: 0 };
  const rest = { interrupted: false, background: false, opened: [], change: {}, effect, secrets: [], findings: [] };
  const step: Step = { id: writer.nextStepId(), kind: "command", typed: "x", ran: "x", argv: null, ...where, ...rest };
  if (isUsed) await writer.step(step);
  await writer.end(0);
}

beforeAll(async () => {
  temp = await makeTempFolder("cooper-test-find-");
  store = openHistoryStore({ env: { XDG_STATE_HOME: temp.path } });
  await record("aa11", "web", true);
  await record("aa22", "database", true);
  await record("bb33", "database", true);
  await record("cc44", "empty", false);
});
afterAll(() => temp.remove());

async function found(name: string): Promise<string> {
  try {
    return (await findHistory({ engine: null, store, name })).container.id;
  } catch (error) {
    return isCooperError(error) ? error.code : String(error);
  }
}

test.each([
  ["web", "aa11"],
  ["we", "aa11"],
  ["aa2", "aa22"],
  ["database", "history-ambiguous"],
  ["nothing", "history-unknown"],
  ["empty", "no-history"],
  [" ", "container-name-blank"],
])("without an engine %j is %s", async (name, expected) => {
  expect(await found(name)).toBe(expected);
});
