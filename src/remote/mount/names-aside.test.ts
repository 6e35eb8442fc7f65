import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NamesAside } from "./names-aside.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test("a name that was put aside is removed once nobody has it open, and no other name is", () => {
  const open = new Set(["/srv/.fuse_hidden0000000300000001"]);
  const removed: string[] = [];
  const aside = new NamesAside({ isOpen: (path) => open.has(path), remove: (path) => removed.push(path) });
  for (const name of [".fuse_hidden0000000300000001", ".fuse_hidden0000000400000002", ".fuse_hidden", "kept"]) aside.note(`/srv/${name}`);
  vi.advanceTimersByTime(1_000);
  expect(removed).toEqual(["/srv/.fuse_hidden0000000400000002"]);
  open.clear();
  vi.advanceTimersByTime(1_000);
  expect(removed).toHaveLength(2);
  expect(vi.getTimerCount()).toBe(0);
});
