import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Target } from "../endpoint/endpoint.ts";
import { Connections } from "./connect.ts";
import type { Channel } from "./request.ts";
import { answers, patience, whileAnswers } from "./silence.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK";
const WITHIN_MS = 50;
let folder = "";
let server: Server | null = null;
let isSilent = false;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "cooper-silence-"));
  isSilent = false;
  const made = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.once("data", () => {
      if (!isSilent) socket.end(OK);
    });
  });
  server = made;
  await new Promise((resolve) => made.listen(join(folder, "s"), () => resolve(null)));
});

afterEach(() => {
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

function target(path: string): Target {
  return { endpoint: { kind: "unix", path }, url: `unix://${path}`, source: "a test", dockerEnv: {}, env: {} };
}

function channel(name = "s"): Channel {
  const found = target(join(folder, name));
  return { target: found, connections: new Connections(found), version: null };
}

test("an engine that answers, or cannot be reached, is not silent; one that takes questions alone is", async () => {
  expect(await answers(channel(), 10_000)).toBe(true);
  expect(await answers(channel("none"), 10_000)).toBe(true);
  isSilent = true;
  expect(await answers(channel(), WITHIN_MS)).toBe(false);
});

test("work that takes long is left alone while the engine answers, and given up where it does not", async () => {
  expect(await whileAnswers(channel(), WITHIN_MS, delay(WITHIN_MS * 6, "done"))).toBe("done");
  await expect(whileAnswers(channel(), WITHIN_MS, Promise.reject(new Error("own")))).rejects.toThrow("own");
  const lost = whileAnswers(channel(), WITHIN_MS, new Promise(() => undefined));
  isSilent = true;
  await expect(lost).rejects.toMatchObject({ code: "engine-silent", hint: expect.stringContaining("docker version") });
});

test("who is far is given longer", () => {
  const near = target("/s");
  const far: Target = { ...near, endpoint: { kind: "ssh", host: "build1", user: null, port: null, socket: null } };
  expect([patience(near, 5_000), patience(far, 5_000)]).toEqual([5_000, 15_000]);
});
