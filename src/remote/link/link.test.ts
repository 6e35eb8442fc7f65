import { expect, test } from "vitest";
import { NEAR_LINK, WatchedLink, whileWhole } from "./link.ts";

test("who waits for a link hears of its change, and only of that", async () => {
  const link = new WatchedLink();
  const whole = link.whenWhole(60_000);
  expect(link.isWhole).toBe(false);
  link.set(true);
  expect(await whole).toBe(true);
  const broken = link.whenBroken();
  link.set(true);
  link.set(false);
  await broken;
  await link.whenBroken();
  expect(await link.whenWhole(1)).toBe(false);
});

test("work ends with the link, or with itself", async () => {
  const link = new WatchedLink();
  link.set(true);
  expect(await whileWhole(link, Promise.resolve(1))).toBe(1);
  const lost = whileWhole(link, new Promise(() => undefined));
  link.set(false);
  await expect(lost).rejects.toMatchObject({ code: "link-broken", exit: 125 });
  await expect(whileWhole(NEAR_LINK, Promise.reject(new Error("own")))).rejects.toThrow("own");
});
