import { expect, test } from "vitest";
import { differencesOf, isNoisePath } from "./judge.ts";
import type { Listing } from "./tar-listing.ts";

test.each<[string, boolean]>([
  ["/run", true],
  ["/run/lock/x", true],
  ["/runner", false],
  ["/home/me/.bash_history", true],
  ["/usr/lib/python3/__pycache__/a.pyc", true],
  ["/var/lib/dpkg/status-old", true],
  ["/var/lib/dpkg/status", false],
  ["/var/lib/dpkg/lock-frontend", true],
  ["/etc/passwd-", true],
  ["/etc/passwd", false],
  ["/root/.config/a/b", true],
  ["/home/me/.config/a", false],
])("noise: %s", (path, isNoise) => {
  expect(isNoisePath(path)).toBe(isNoise);
});

function listing(entries: Readonly<Record<string, string>>): Listing {
  return new Map(Object.entries(entries).map(([path, facts]) => [path, { type: "file", facts, size: 0 }]));
}

test("missing, extra and different paths are told apart, and what may differ is left out", () => {
  const wanted = listing({ "/a": "1", "/b": "1", "/c": "1", "/etc/ssl/certs/x": "1", "/secret/key": "1" });
  const got = listing({ "/a": "1", "/b": "2", "/d": "1" });
  const found = differencesOf(wanted, got, { mayDiffer: ["/etc/ssl/*"], secretPaths: ["/secret"] });
  expect(found.map(({ path, kind }) => `${kind} ${path}`)).toEqual(["different /b", "missing /c", "extra /d"]);
});
