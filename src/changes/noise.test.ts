import { describe, expect, test } from "vitest";
import { isNoise, NOISE, noiseOf } from "./noise.ts";

describe("the noise list", () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ["/run/nginx.pid", true],
    ["/run", false],
    ["/var/log/apt/history.log", true],
    ["/var/lib/dpkg/status-old", true],
    ["/var/lib/dpkg/status", false],
    ["/var/lib/dpkg/lock-frontend", true],
    ["/etc/passwd-", true],
    ["/etc/passwd", false],
    ["/root/.bash_history", true],
    ["/home/app/.bash_history", true],
    ["/usr/lib/python3/__pycache__/a.pyc", true],
    ["/etc/hosts", true],
    ["/etc/hosts.allow", false],
    ["/srv/run/a", false],
    ["/root/.config/x", true],
    ["/root/.profile", false],
  ];
  test.each(cases)("%s: %s", (path, expected) => {
    expect(isNoise(path)).toBe(expected);
  });

  test("says which pattern covers a path", () => {
    expect(noiseOf("/tmp/a")).toBe("/tmp/**");
    expect(noiseOf("/tmp/a", [])).toBeNull();
  });

  test("has no pattern twice", () => {
    expect(new Set(NOISE).size).toBe(NOISE.length);
  });
});
