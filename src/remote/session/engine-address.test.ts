import { expect, test } from "vitest";
import { engineCommand, sshAddress } from "./engine-address.ts";

test.each([
  [null, null, "docker"],
  ["unix:///run/docker.sock", null, "docker"],
  ["tcp://build1:2376", null, "docker"],
  ["ssh://me@build1:22", "ssh://me@build1:22", "docker"],
  ["podman://", null, "podman"],
  ["podman+ssh://build1", "ssh://build1", "podman"],
] as const)("%s", (host, ssh, command) => {
  expect(sshAddress(host)).toBe(ssh);
  expect(engineCommand(host)).toBe(command);
});
