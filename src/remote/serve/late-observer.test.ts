import { expect, test } from "vitest";
import type { Observation, Observer } from "../../changes/observer.ts";
import { NEAR_LINK } from "../link/link.ts";
import { LateObserver, type LateParts } from "./late-observer.ts";

const SEEN: Observation = { changes: [], packages: [], debconf: [], processes: [], ended: [], findings: [], at: 7, isWeak: false };
const OPENED: Observer = {
  look: () => Promise.resolve(SEEN),
  peek: () => Promise.resolve(true),
  tree: () => new Map([["/srv", { type: "directory", mode: 0o755, uid: 0, gid: 0 }]]),
  close: () => undefined,
};

function late(open: LateParts["open"]): LateObserver {
  return new LateObserver({ link: NEAR_LINK, quiet: Promise.resolve(), open });
}

test("a look waits until it is open", async () => {
  let resolve: (opened: Observer) => void = () => undefined;
  const opened = new Promise<Observer>((settle) => (resolve = settle));
  const observer = late(() => opened);
  const look = observer.look();
  expect([observer.isOpen, observer.tree().size]).toEqual([false, 0]);
  resolve(OPENED);
  expect([(await look).at, await observer.peek(), observer.isOpen, observer.tree().size]).toEqual([7, true, true, 1]);
});

test("what cannot be opened is tried again, now and at the next look", async () => {
  let tries = 0;
  const observer = late(() => {
    tries += 1;
    return tries === 5 ? Promise.resolve(OPENED) : Promise.reject(new Error("the way is broken"));
  });
  await expect(observer.look()).rejects.toThrow("the way is broken");
  expect((await observer.look()).at).toBe(7);
  expect(tries).toBe(5);
});

test("a look that waits when it is closed sees nothing", async () => {
  const observer = late((signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("closed")))));
  const look = observer.look();
  await new Promise((resolve) => setImmediate(resolve));
  observer.close();
  expect(await look).toMatchObject({ changes: [], findings: [] });
});
