import { expect, test } from "vitest";
import type { Entry } from "../../../format/tree/entry.ts";
import { engineNoise } from "./engine-noise.ts";

const own = { uid: 0, gid: 0 };
const folder: Entry = { ...own, type: "directory", mode: 0o755 };
const empty: Entry = { ...own, type: "file", mode: 0o644, size: 0 };
const link = (to: string): Entry => ({ ...own, type: "symlink", mode: 0o777, link: to });

const cases: readonly (readonly [string, Entry, boolean])[] = [
  ["/a/b", folder, true],
  ["/a", folder, true],
  ["/made/here", folder, true],
  ["/a/b", { ...folder, mode: 0o777 }, false],
  ["/a/c", folder, false],
  ["/a/f", empty, true],
  ["/a/f", { ...empty, size: 1 }, false],
  ["/a/f", { ...empty, mode: 0o4644 }, false],
  ["/.dockerenv", empty, true],
  ["/.dockerenv", { ...empty, uid: 33 }, false],
  ["/etc/hosts", { ...empty, mode: 0o700 }, true],
  ["/etc/hosts", { ...empty, size: 9 }, false],
  ["/etc/mtab", link("/proc/mounts"), true],
  ["/etc/mtab", link("/srv/mounts"), false],
  ["/etc/mtab2", link("/proc/mounts"), false],
  ["/etc/mtab", { ...link("/proc/mounts"), uid: 33 }, false],
];

test.each(cases)("%s %j", (path, after, isNoise) => {
  const tell = engineNoise({ mountPoints: ["/a/b", "/a/f"], workdir: "/made/here/" });
  expect(tell({ path, kind: "add", fields: [], before: null, after, content: "data" })).toBe(isNoise);
});
