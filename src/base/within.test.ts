import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { within } from "./within.ts";

test("it comes when the time is over, also when nobody holds it but who listens", async () => {
  const own = new AbortController();
  const heard = new Promise((resolve) => within(20, own.signal).addEventListener("abort", resolve, { once: true }));
  await heard;
  expect(own.signal.aborted).toBe(false);
});

test("it comes with the other one, for its reason, and only then", async () => {
  const own = new AbortController();
  const both = within(60_000, own.signal);
  await delay(5);
  expect(both.aborted).toBe(false);
  own.abort(new Error("stopped"));
  expect(both.reason).toMatchObject({ message: "stopped" });
  expect(within(60_000, own.signal).aborted).toBe(true);
});
