import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { sideBySide } from "./side-by-side.ts";

const never = new AbortController().signal;

test("gives both results", async () => {
  expect(
    await sideBySide(
      never,
      () => Promise.resolve(1),
      () => delay(1, 2),
    ),
  ).toEqual([1, 2]);
});

test("tells the other to stop and waits for its cleaning up before the first failure is thrown", async () => {
  const seen: string[] = [];
  const slow = async (signal: AbortSignal): Promise<void> => {
    await delay(60_000, undefined, { signal }).catch(() => undefined);
    await delay(1);
    seen.push("cleaned up");
    signal.throwIfAborted();
  };
  await expect(sideBySide(never, slow, () => Promise.reject(new Error("first")))).rejects.toThrow("first");
  expect(seen).toEqual(["cleaned up"]);
});
