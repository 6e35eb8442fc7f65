import { expect, test } from "vitest";
import type { Entry, PathChange } from "../../format/tree/entry.ts";
import { outsideStep } from "./outside-step.ts";

const FILE: Entry = { type: "file", mode: 0o644, uid: 0, gid: 0, size: 1, hash: "a".repeat(64) };
const FOLDER: Entry = { type: "directory", mode: 0o755, uid: 0, gid: 0 };

function made(path: string, after: Entry, changedAt: number): PathChange {
  return { path, kind: "created", before: null, after, changedAt, kept: true };
}

function gone(path: string, before: Entry): PathChange {
  return { path, kind: "deleted", before, after: null, changedAt: 0, kept: false };
}

const NEW = [made("/srv/new", FOLDER, 800), made("/srv/new/file", FILE, 300)];

test.each([
  ["from the first change to the last", NEW, 300, 800],
  ["what a moved folder holds came with the folder", [...NEW, gone("/srv/old", FOLDER), gone("/srv/old/file", FILE)], 800, 800],
  ["now, where no time is known", [gone("/srv/old", FOLDER)], 1000, 1000],
  ["times that are to come do not count", [made("/srv/file", FILE, 5000)], 1000, 1000],
])("%s", (_name, changes, startedAt, endedAt) => {
  const effect = { changes, uncertain: false, reads: null, packages: [], debconf: [], processes: [], ended: [] };
  expect(outsideStep(effect, { id: "s1.1", now: 1000, shell: null })).toMatchObject({ startedAt, endedAt });
});
