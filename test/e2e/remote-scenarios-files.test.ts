import { existsSync, type FSWatcher, watch } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { removeContainer, startContainer, type TestContainer } from "../support/container.ts";
import { RemoteDesk, until } from "./remote-support.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const desk = new RemoteDesk();
const folder = path.join(desk.folder, "container");
let box: TestContainer | null = null;

beforeAll(async () => {
  box = await startContainer();
  await desk.told(`cooper dev init work && cooper dev attach -s work ${box.name}`);
});

afterAll(async () => {
  await desk.leave();
  if (box !== null) await removeContainer(box.name);
});

test("20: what a command changes in the container is an event for who watches the files here", async () => {
  if (!existsSync("/dev/fuse")) return;
  await desk.told(
    "dodo sh -c 'cd /srv; echo old >changed; echo old >removed; mkdir inner; date -d 2001-02-03 >/dev/null; touch -d 2001-02-03 changed'",
  );
  const heard = new Set<string>();
  const watchers: FSWatcher[] = ["srv", "srv/inner"].map((name) =>
    watch(path.join(folder, name), (_kind, what) => heard.add(`${name}/${what ?? ""}`)),
  );
  try {
    await desk.told("dodo sh -c 'cd /srv; echo x >>changed; touch -d 2002-03-04 changed; rm removed; mkdir made; echo deep >inner/new'");
    await until(
      () => Promise.resolve(["srv/changed", "srv/made", "srv/inner/new"].every((name) => heard.has(name))),
      `the events (so far: ${[...heard].join(", ")})`,
    );
  } finally {
    for (const one of watchers) one.close();
  }
  // Nothing of it reaches the container, nor the history.
  expect(await box?.run("stat", "-c", "%y", "/srv/changed")).toMatch(/^2002-03-04/u);
  const history = await desk.told("cooper history . --json");
  expect(JSON.parse(history).sessions.flatMap((session: { steps: unknown[] }) => session.steps)).toHaveLength(2);
});
