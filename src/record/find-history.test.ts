import { afterAll, beforeAll, expect, test } from "vitest";
import { isCooperError } from "../base/errors.ts";
import { type HistoryStore, openHistoryStore } from "../history/store.ts";
import { testContainer, testStep } from "../history/test-values.ts";
import { makeTempFolder, type TempFolder } from "../system/file/files.ts";
import { findHistory } from "./find-history.ts";

let temp: TempFolder;
let store: HistoryStore;

async function record(id: string, name: string, isUsed: boolean): Promise<void> {
  const writer = await store.startSession(testContainer({ id, name }), null, () => 0);
  if (isUsed) await writer.step(testStep({ id: writer.nextStepId() }));
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
