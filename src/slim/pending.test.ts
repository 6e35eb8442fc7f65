import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { Pending } from "./pending.ts";

test("waits for all, and throws what failed once all are over", async () => {
  const pending = new Pending();
  let isOver = false;
  pending.add(Promise.reject(new Error("not removed")));
  pending.add(
    delay(5).then(() => {
      isOver = true;
    }),
  );
  await expect(pending.done()).rejects.toThrow("not removed");
  expect(isOver).toBe(true);
  await pending.done();
});
