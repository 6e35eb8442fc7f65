import { expect, test } from "vitest";
import { pathTest } from "./path-pattern.ts";

test.each([
  ["/etc/passwd", "/etc/passwd", true],
  ["/etc/passwd", "/etc/passwd-", false],
  ["/run/**", "/run/a/b", true],
  ["/run/**", "/run", false],
  ["/run/**", "/running/a", false],
  ["**/.viminfo", "/root/.viminfo", true],
  ["**/.viminfo", "/.viminfo", true],
  ["**/.viminfo", "/root/x.viminfo", false],
  ["**/__pycache__/**", "/a/__pycache__/b/c", true],
  ["**/__pycache__/**", "/a/__pycache__", false],
  ["/home/*/.cache/**", "/home/a/.cache/b", true],
  ["/home/*/.cache/**", "/home/a/b/.cache/c", false],
  ["/var/lib/dpkg/*-old", "/var/lib/dpkg/status-old", true],
  ["**/.*.swp", "/etc/.motd.swp", true],
  ["**/bin/*", "/opt/a/bin/tool", true],
  ["**/bin/*", "/opt/a/bin/b/tool", false],
])("%s and %s", (pattern, path, expected) => {
  expect(pathTest([pattern])(path)).toBe(expected);
});
