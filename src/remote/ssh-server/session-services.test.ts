import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { listenLocal } from "../../system/network/local-socket.ts";
import type { Session, SessionRecord } from "../session/session-record.ts";
import { sessionServices } from "./session-services.ts";
import type { SshServices } from "./model.ts";

function session(socket: string): Session {
  const record: SessionRecord = {
    version: 1,
    name: "work",
    persistent: true,
    workFolder: "/home/me",
    engine: { host: null, context: null },
    container: null,
    service: null,
    image: null,
    user: null,
    buildFolder: null,
    isMounted: false,
    socket,
    key: "key",
    settings: { run: [], registry: null, distro: null, sshKey: null, built: null, deadlineMs: 5_000 },
    createdAt: 0,
  };
  return { folder: "/nowhere", record };
}

function servicesOf(socket: string): SshServices {
  const none = (): Promise<never> => Promise.reject(new Error("not needed"));
  return sessionServices({ session: session(socket), env: {}, own: [], randomHex: () => "0", openEngine: none, readSensor: none });
}

test("a port of a session without a container is refused by the promise: nothing is thrown at who calls", async () => {
  const asked = servicesOf("/nowhere/socket").connect({ host: "127.0.0.1", port: 80 }, new AbortController().signal);
  await expect(asked).rejects.toMatchObject({ code: "session-without-container" });
});

test("a client that went while its session was reached runs nothing", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cooper-services-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const socket = join(folder, "socket");
  const heard: Promise<string>[] = [];
  const server = await listenLocal(socket, (client) => void heard.push(text(client).finally(() => client.destroy())));
  onTestFinished(() => server.close());
  const gone = new AbortController();
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const ends = { ...streams, signal: gone.signal, onSignal: () => () => undefined, onResize: () => () => undefined };
  const exit = servicesOf(socket).run({ text: Buffer.from("true"), env: [], terminal: null }, ends);
  gone.abort();
  expect(await exit).toBe(255);
  await expect.poll(() => heard.length).toBe(1);
  expect(await Promise.all(heard)).toEqual([""]);
});
