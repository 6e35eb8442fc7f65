// A recorder without a container, started by history-kill.test.ts: writes one Session, and stops itself where it is told to.
import type { CooperEvent } from "../../src/base/events.ts";
import { openHistoryStore } from "../../src/history/store.ts";
import { testChange, testContainer, testEffect, testShell, testStep } from "../../src/history/test-values.ts";

const { COOPER_TEST_POINT: point, COOPER_TEST_RECORD: record, COOPER_TEST_STEPS: steps = "3" } = process.env;
const events: CooperEvent[] = [];

function at(here: string, number: number | null): void {
  if (here === point && (number === null ? seen() === record : String(number) === record)) process.kill(process.pid, "SIGKILL");
}

let contentsSeen = -1;
function seen(): string {
  contentsSeen += 1;
  return String(contentsSeen);
}

const store = openHistoryStore({ env: process.env, emit: (event) => events.push(event), ...(point === undefined ? {} : { at }) });
const writer = await store.startSession(testContainer(), testShell(), Date.now);
for (let number = 1; number <= Number(steps); number++) {
  const id = writer.nextStepId();
  const typed = `echo ${number} > /file${number}`;
  const startedAt = Date.now();
  await writer.begin(id, startedAt, typed);
  const stored = await writer.contents.put(Buffer.from(`${number}\n`));
  const change = testChange(`/file${number}`, startedAt);
  const after = change.after === null ? null : { ...change.after, hash: stored.hash };
  await writer.step(testStep({ id, typed, startedAt, endedAt: Date.now(), effect: testEffect({ ...change, after, kept: stored.kept }) }));
}
await writer.end(0);
process.stdout.write(JSON.stringify({ id: writer.id, events }));
