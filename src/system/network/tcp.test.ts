import { expect, test } from "vitest";
import { isInOwnNetwork } from "./tcp.ts";

test.each([
  ["127.0.0.1", true],
  ["127.200.0.9", true],
  // Set aside for examples in documents (RFC 5737, RFC 3849): no machine is there.
  ["203.0.113.7", false],
  ["2001:db8::1", false],
  ["", false],
  ["web", false],
])("%s is in a network of this machine: %s", (address, expected) => {
  expect(isInOwnNetwork(address)).toBe(expected);
});
