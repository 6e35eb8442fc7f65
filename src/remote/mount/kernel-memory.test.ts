import { expect, test } from "vitest";
import { KernelMemory } from "./kernel-memory.ts";

test.each([
  ["it was told of nothing", null, 0, 10, 0],
  ["long ago", 1_000, 2_000, 2_010, 0],
  ["just before who waits began: it had its answer then", 1_990, 2_000, 2_010, 115],
  ["a while before: the answer came soon", 1_930, 2_000, 2_010, 95],
  ["somebody else was told meanwhile", 2_005, 2_000, 2_010, 170],
])("%s", (_name, toldAt, since, now, left) => {
  let clock = 0;
  const memory = new KernelMemory(() => clock);
  if (toldAt !== null) {
    clock = toldAt;
    memory.told();
  }
  clock = now;
  expect(memory.keepsFor(since)).toBe(left);
});
