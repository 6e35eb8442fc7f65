import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { outputOf } from "../support/host-command.ts";
import { RemoteDesk } from "./remote-support.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const desk = new RemoteDesk();
const session = `undo-${process.env["COOPER_TEST_RUN"] ?? ""}${randomBytes(4).toString("hex")}`;

beforeAll(async () => {
  await desk.told(`cooper dev init --no-mount ${session} && cooper dev run --hostname first --env OF_RUN=1 debian:bookworm sleep infinity`);
});

afterAll(async () => {
  await desk.leave();
});

async function images(): Promise<readonly string[]> {
  const all = await outputOf(["docker", "images", "--format", "{{.Repository}}:{{.Tag}}"]);
  return all.split("\n").filter((name) => name.startsWith(`cooper-checkpoint:${session}-`));
}

const LOOK = `dodo sh -c 'cd /; ls one two three 2>/dev/null; echo "$A $OF_RUN $(hostname)"'`;

test("undo returns to the files, the history and the environment of a checkpoint", async () => {
  const told = await desk.told(
    `dodo sh -c 'echo one >/one'; dodo export A=1; cooper dev checkpoint; dodo sh -c 'echo two >/two; rm /one'; dodo export A=2
     cooper dev undo; ${LOOK}; dodo sh -c 'echo three >/three'`,
  );
  expect(told).toContain("after 2 steps; return to it: cooper dev undo 1\n");
  expect(told).toContain("what is undone is kept: cooper dev undo undone-1\n");
  expect(told.endsWith("one\n1 1 first\n")).toBe(true);
  const draft = await desk.told("cooper replay . -o out >/dev/null 2>&1; cat out/Dockerfile");
  expect(draft).toMatch(/^FROM debian:bookworm\n/);
  expect(draft).toContain("/one");
  expect(draft).toContain("/three");
  expect(draft).not.toContain("/two");
  expect(await desk.told("cooper verify .")).toContain("equivalent");
});

test("an undo can be undone, and the image returned to", async () => {
  expect(await desk.told(`cooper dev undo --discard undone-1 >/dev/null; ${LOOK}`)).toBe("two\n2 1 first\n");
  expect(await desk.told(`cooper dev undo --discard start >/dev/null; ${LOOK}`)).toBe(" 1 first\n");
  const { stderr, exit } = await desk.bash("cooper dev undo none; cooper dev checkpoint 1; cooper dev checkpoint ../x");
  expect(stderr).toContain("checkpoint-unknown");
  expect(stderr).toContain("checkpoint-exists");
  expect(stderr).toContain("checkpoint-name-malformed");
  expect(exit).toBe(2);
});

test("checkpoints go with what they are of", async () => {
  expect(await images()).toHaveLength(2);
  await desk.told("cooper dev checkpoint --remove undone-1");
  expect(await images()).toHaveLength(1);
  expect(await desk.told("cooper dev checkpoint --list")).toMatch(/^1 +\d{4}-.* 2 /m);
  await desk.told("cooper dev rm -f");
  expect(await images()).toEqual([]);
});
