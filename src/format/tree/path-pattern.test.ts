import { describe, expect, test } from "vitest";
import { coversBelow, matchesPattern } from "./path-pattern.ts";

describe("path patterns", () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ["/run/**", "/run/nginx.pid", true],
    ["/run/**", "/run/a/b", true],
    ["/run/**", "/run", false],
    ["/run/**", "/running/a", false],
    ["/etc/hosts", "/etc/hosts", true],
    ["/etc/hosts", "/etc/hosts.allow", false],
    ["/etc/ld.so.cache", "/etc/ldxso.cache", false],
    ["**/.bash_history", "/root/.bash_history", true],
    ["**/.bash_history", "/home/a/.bash_history", true],
    ["**/.bash_history", "/home/a/x.bash_history", false],
    ["**/__pycache__/**", "/usr/lib/python3/__pycache__/a.pyc", true],
    ["**/__pycache__/**", "/usr/lib/python3/__pycache__", false],
    ["/etc/{passwd,group}-", "/etc/group-", true],
    ["/etc/{passwd,group}-", "/etc/shadow-", false],
    ["/var/lib/dpkg/lock*", "/var/lib/dpkg/lock-frontend", true],
    ["/var/lib/dpkg/lock*", "/var/lib/dpkg/lock/a", false],
    ["/var/lib/dpkg/*-old", "/var/lib/dpkg/status-old", true],
    ["/var/lib/dpkg/*-old", "/var/lib/dpkg/info/x-old", false],
    ["/etc/ssl/*", "/etc/ssl/certs/a.pem", true],
    ["/etc/a?c", "/etc/abc", true],
    ["/etc/a?c", "/etc/a/c", false],
    ["/tmp/**", "/tmp/a\nb", true],
    ["/a+(b)", "/a+(b)", true],
  ];
  test.each(cases)("%s on %j: %s", (pattern, path, expected) => {
    expect(matchesPattern(pattern, path)).toBe(expected);
  });

  const below: readonly (readonly [string, string, boolean])[] = [
    ["**/__pycache__/**", "/usr/lib/__pycache__", true],
    ["/etc/ssl/*", "/etc/ssl/private", true],
    ["/etc/hosts", "/etc", false],
    ["/var/lib/dpkg/*-old", "/var/lib/dpkg", false],
  ];
  test.each(below)("%s covers all below %s: %s", (pattern, directory, expected) => {
    expect(coversBelow(pattern, directory)).toBe(expected);
  });
});
