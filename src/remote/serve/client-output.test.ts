import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Frame, FrameReader } from "../../format/frames/frames.ts";
import { connectLocal, listenLocal, type LocalSocket } from "../../system/network/local-socket.ts";
import { ClientOutput } from "./client-output.ts";

let folder = "";
let server: { close(): void } | null = null;
let client: LocalSocket | null = null;
let output: ClientOutput;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "cooper-output-"));
  const path = join(folder, "s");
  let accept: (socket: LocalSocket) => void = () => undefined;
  const accepted = new Promise<LocalSocket>((resolve) => (accept = resolve));
  server = await listenLocal(path, (socket) => accept(socket));
  client = await connectLocal(path);
  const socket = await accepted;
  socket.on("error", () => socket.destroy());
  output = new ClientOutput(socket, "o");
});

afterEach(() => {
  client?.destroy();
  client = null;
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

function hear(): Frame[] {
  const frames: Frame[] = [];
  const reader = new FrameReader();
  client?.on("data", (chunk: Buffer) => frames.push(...reader.push(chunk)));
  return frames;
}

function end(): Promise<void> {
  return new Promise((resolve) => output.end(() => resolve()));
}

test("the pieces of one turn are one frame, and all is on its way when it ends", async () => {
  const frames = hear();
  for (const piece of ["a", "b", "c"]) output.write(Buffer.from(piece));
  await turn();
  output.write(Buffer.from("d"));
  await end();
  await expect.poll(() => frames.map(({ kind, bytes }) => kind + bytes.toString())).toEqual(["oabc", "od"]);
});

test("who writes more than the client reads waits, and nothing is lost", async () => {
  let written = 0;
  while (output.write(Buffer.alloc(65_536, written % 251))) written += 1;
  const held = new Promise((resolve) => output.once("drain", resolve));
  await turn();
  expect(output.writableNeedDrain).toBe(true);
  const frames = hear();
  await held;
  await end();
  await expect.poll(() => frames.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBe((written + 1) * 65_536);
  const all = Buffer.concat(frames.map(({ bytes }) => bytes));
  expect([...Array(written + 1).keys()].every((at) => all[at * 65_536] === at % 251)).toBe(true);
});

test("a client that is gone takes nothing and keeps nobody", async () => {
  while (output.write(Buffer.alloc(65_536)));
  client?.destroy();
  await end();
  expect(output.writableFinished).toBe(true);
});
