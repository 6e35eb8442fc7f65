import { appendFile, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPeers } from "./peers.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cooper-peers-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test("a recorder that looks holds the others up, and those that read the history, but not itself", async () => {
  const [one, other, reader] = [openPeers(folder, "s1"), openPeers(folder, "s11"), openPeers(folder, null)];
  const unmark = one.mark();
  expect([one, other, reader].map(({ areLooking }) => areLooking)).toEqual([false, true, true]);
  let isDone = false;
  const waiting = other.done(60_000).then(() => (isDone = true));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(isDone).toBe(false);
  unmark();
  await waiting;
  expect(reader.areLooking).toBe(false);
});

test("a recorder holds the others up as long as one of its looks goes on", () => {
  const [one, other] = [openPeers(folder, "s1"), openPeers(folder, "s2")];
  const first = one.mark();
  const second = one.mark();
  first();
  expect([one.areLooking, other.areLooking]).toEqual([false, true]);
  second();
  expect(other.areLooking).toBe(false);
});

test("a recorder that was killed while it looked holds nobody up, and its mark is taken away", async () => {
  openPeers(folder, "s1").mark();
  const marks = join(folder, "looking");
  const [own = ""] = await readdir(marks);
  await rename(join(marks, own), join(marks, own.replace(/-\d+-/, "-1-")));
  expect(openPeers(folder, "s2").areLooking).toBe(false);
  expect(await readdir(marks)).toEqual([]);
});

test("what another recorder writes is news until a look was noted; what this one writes is none", async () => {
  const peers = openPeers(folder, "s1");
  await writeFile(join(folder, "s1.jsonl"), "own\n");
  expect(peers.haveWritten).toBe(false);
  await writeFile(join(folder, "s10.jsonl"), "a\n");
  expect(peers.haveWritten).toBe(true);
  peers.note();
  expect(peers.haveWritten).toBe(false);
  await appendFile(join(folder, "s10.jsonl"), "b\n");
  expect(peers.haveWritten).toBe(true);
});
