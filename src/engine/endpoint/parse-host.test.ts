import { describe, expect, test } from "vitest";
import { parseHost } from "./parse-host.ts";

const tls = { ca: null, cert: null, key: null, verify: true };

describe("parseHost", () => {
  test.each([
    ["unix:///run/docker.sock", { kind: "unix", path: "/run/docker.sock" }],
    ["unix:///with blank/a.sock", { kind: "unix", path: "/with blank/a.sock" }],
    ["tcp://box", { kind: "tcp", host: "box", port: 2375, tls: null }],
    ["tcp://box:1234/", { kind: "tcp", host: "box", port: 1234, tls: null }],
    ["tcp://box:80", { kind: "tcp", host: "box", port: 80, tls: null }],
    ["tcp://[::1]:1234", { kind: "tcp", host: "::1", port: 1234, tls: null }],
    ["http://box:80", { kind: "tcp", host: "box", port: 80, tls: null }],
    ["https://box", { kind: "tcp", host: "box", port: 2376, tls }],
    ["ssh://box", { kind: "ssh", host: "box", port: null, user: null, socket: null }],
    ["ssh://me@box:2222", { kind: "ssh", host: "box", port: 2222, user: "me", socket: null }],
    ["ssh://me@box/run/user/1/docker.sock", { kind: "ssh", host: "box", port: null, user: "me", socket: "/run/user/1/docker.sock" }],
    ["podman://", { kind: "podman", ssh: null }],
    ["podman+ssh://me@box:2222", { kind: "podman", ssh: { host: "box", port: 2222, user: "me" } }],
  ])("%s", (text, endpoint) => {
    expect(parseHost(text, null)).toEqual(endpoint);
  });

  test("tcp with TLS has the other port", () => {
    expect(parseHost("tcp://box", tls)).toEqual({ kind: "tcp", host: "box", port: 2376, tls });
  });

  test.each([
    ["", "no scheme"],
    ["box:2375", "no scheme"],
    ["unix://relative.sock", "absolute"],
    ["npipe:////./pipe/docker", "not a scheme"],
    ["tcp://", "cannot be used"],
    ["tcp://box/path", "path"],
    ["tcp://box:port", "not a URL"],
    ["ssh://", "cannot be used"],
    ["ssh://-oProxyCommand=x/", "dash"],
    ["ssh://-x@box", "dash"],
    ["podman://box", "podman+ssh"],
    ["podman+ssh://box/run/podman.sock", "path"],
    ["podman+ssh://-x@box", "dash"],
  ])("%s is refused", (text, why) => {
    expect(() => parseHost(text, null)).toThrow(
      expect.objectContaining({ code: "host-malformed", exit: 2, message: expect.stringContaining(why) }),
    );
  });

  test("a password is refused and not shown", () => {
    expect(() => parseHost("ssh://me:hunter2@box", null)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("hunter2") }),
    );
  });
});
