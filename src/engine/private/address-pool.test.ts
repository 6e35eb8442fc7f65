import { describe, expect, test } from "vitest";
import { choosePool, overlap, parseNetwork } from "./address-pool.ts";

function network(text: string): { address: number; bits: number } {
  const parsed = parseNetwork(text);
  if (parsed === null) throw new Error(text);
  return parsed;
}

describe("parseNetwork", () => {
  test.each([
    ["10.1.2.3", { address: 0x0a_01_02_03, bits: 32 }],
    ["10.1.2.3/16", { address: 0x0a_01_00_00, bits: 16 }],
    ["255.255.255.255/0", { address: 0, bits: 0 }],
    ["default", null],
    ["10.1.2", null],
    ["10.1.2.256", null],
    ["10.1.2.3/33", null],
    ["fe80::/64", null],
  ])("%s", (text, expected) => {
    expect(parseNetwork(text)).toEqual(expected);
  });
});

describe("overlap", () => {
  test.each([
    ["10.200.0.0/16", "10.200.7.0/24", true],
    ["10.200.7.0/24", "10.200.0.0/16", true],
    ["10.0.0.0/8", "10.200.0.0/16", true],
    ["10.200.0.0/16", "10.201.0.0/16", false],
    ["10.200.0.1", "10.200.0.2", false],
    ["0.0.0.0/0", "10.200.0.0/16", true],
  ])("%s and %s", (left, right, expected) => {
    expect(overlap(network(left), network(right))).toBe(expected);
  });
});

describe("choosePool", () => {
  test.each([
    ["nothing taken", [], "10.200.0.0/16"],
    ["others taken", ["172.17.0.0/16", "192.168.1.0/24"], "10.200.0.0/16"],
    ["the first two taken", ["10.200.0.0/24", "10.201.255.255"], "10.202.0.0/16"],
    ["a wide route", ["10.192.0.0/12"], "10.208.0.0/16"],
    ["all taken", ["10.0.0.0/8"], null],
  ])("%s", (_name, taken, expected) => {
    expect(choosePool(taken.map(network))).toBe(expected);
  });
});
