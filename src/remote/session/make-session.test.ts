import { expect, test } from "vitest";
import { addressOf } from "./make-session.ts";

test.each([
  [undefined, "docker", null],
  ["", "docker", null],
  ["build1", "docker", "ssh://build1"],
  ["me@build1:2222", "docker", "ssh://me@build1:2222"],
  ["tcp://build1:2376", "docker", "tcp://build1:2376"],
  [undefined, "podman", "podman://"],
  ["build1", "podman", "podman+ssh://build1"],
] as const)("%j with %s is the engine at %s", (host, command, expected) => {
  expect(addressOf(host, command)).toBe(expected);
});

test.each(["ssh://", "ssh://me@", "tcp://", "ftp://build1", "-oProxyCommand=x", "ssh://me:word@build1"])(
  "%j is the address of no engine",
  (host) => {
    expect(() => addressOf(host, "docker")).toThrow(expect.objectContaining({ code: "host-malformed", exit: 2 }));
  },
);
