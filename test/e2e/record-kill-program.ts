// Started by record-kill.test.ts: records lines in a container as `cooper record` does, and stops itself where it is told to.
import { randomBytes } from "node:crypto";
import { homedir } from "node:os";
import { openEngine } from "../../src/engine/open-engine.ts";
import { openHistoryStore } from "../../src/history/store.ts";
import { recordContainer } from "../../src/record/record.ts";

const { COOPER_TEST_POINT: point, COOPER_TEST_RECORD: record } = process.env;

function at(here: string, number: number | null): void {
  if (here === point && String(number) === record) process.kill(process.pid, "SIGKILL");
}

process.exitCode = await recordContainer({
  engine: await openEngine({ env: process.env, home: homedir() }),
  store: openHistoryStore({ env: process.env, ...(point === undefined ? {} : { at }) }),
  name: process.argv[2] ?? "",
  start: false,
  user: undefined,
  workdir: undefined,
  shell: undefined,
  env: [],
  input: process.stdin,
  output: process.stdout,
  size: () => ({ columns: 80, rows: 24 }),
  onResize: () => () => undefined,
  onOpen: () => undefined,
  isInteractive: false,
  clock: Date.now,
  randomHex: (bytes) => randomBytes(bytes).toString("hex"),
  emit: () => undefined,
  signal: new AbortController().signal,
});
process.exit();
