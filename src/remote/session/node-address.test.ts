import { expect, test } from "vitest";
import { NODE_ADDRESS, nodeAddress } from "./node-address.ts";

const node = { id: "abc123", hostName: "worker-2", address: "10.0.0.2" };

test.each([
  [NODE_ADDRESS, "ssh://worker-2"],
  ["ssh://me@{{ .Node.Addr }}:2222", "ssh://me@10.0.0.2:2222"],
  ["unix:///nodes/{{.Node.ID}}/sock", "unix:///nodes/abc123/sock"],
  ["tcp://fixed:2376", "tcp://fixed:2376"],
])("%s", (template, address) => {
  expect(nodeAddress(template, node)).toBe(address);
});

test("an address of IPv6 is in brackets", () => {
  expect(nodeAddress("ssh://{{.Node.Addr}}", { ...node, address: "fd00::2" })).toBe("ssh://[fd00::2]");
});

test.each(["{{.Service.Name}}", "{{.Node.constructor}}", "{{}}"])("%s is refused", (template) => {
  expect(() => nodeAddress(template, node)).toThrow(expect.objectContaining({ code: "address-malformed", exit: 2 }));
});
