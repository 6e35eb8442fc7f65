import { expect, test } from "vitest";
import { NEAR_LINK, WatchedLink, whileWhole } from "./link.ts";

test("who waits for a link hears of its change, and only of that", async () => {
  const link = new WatchedLink();
  const whole = link.whenWhole(60_000);
  expect(link.isWhole).toBe(false);
  link.set(true);
  expect(await whole).toBe(true);
  let told = 0;
  link.onBroken(() => (told += 1));
  link.set(true);
  expect(told).toBe(0);
  link.set(false);
  expect(told).toBe(1);
  link.onBroken(() => (told += 1));
  expect(told).toBe(2);
  link.set(true);
  link.set(false);
  expect(told).toBe(2);
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

test("who does not wait any more leaves nothing behind", async () => {
  const link = new WatchedLink();
  expect(await link.whenWhole(1)).toBe(false);
  expect(link.waiting).toBe(0);
  link.set(true);
  for (let times = 0; times < 3; times += 1) await whileWhole(link, Promise.resolve(times));
  await expect(whileWhole(link, Promise.reject(new Error("own")))).rejects.toThrow("own");
  expect(link.waiting).toBe(0);
  const lost = whileWhole(link, new Promise(() => undefined));
  expect(link.waiting).toBe(1);
  link.set(false);
  await expect(lost).rejects.toMatchObject({ code: "link-broken" });
  expect(link.waiting).toBe(0);
});

test("a listener that was taken off hears nothing", () => {
  const link = new WatchedLink();
  link.set(true);
  let told = 0;
  const stop = link.onBroken(() => (told += 1));
  stop();
  link.set(false);
  expect(told).toBe(0);
});
