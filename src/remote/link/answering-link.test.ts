import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openEngine } from "../../engine/open-engine.ts";
import { answeringLink } from "./answering-link.ts";
import { WatchedLink, whileWhole } from "./link.ts";

const DEADLINE_MS = 100;
const BODY = JSON.stringify({ ApiVersion: "1.41", MinAPIVersion: "1.12", Version: "20.10", Arch: "amd64", ID: "E" });
const REPLY = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\nConnection: close\r\n\r\n${BODY}`;

test("a link is broken while its engine is silent, and whole again with its answer", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cooper-link-"));
  const held: (() => void)[] = [];
  let isSilent = false;
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.once("data", () => (isSilent ? held.push(() => socket.end(REPLY)) : socket.end(REPLY)));
  });
  await new Promise((resolve) => server.listen(join(folder, "s"), () => resolve(null)));
  try {
    const engine = await openEngine({ env: { DOCKER_HOST: `unix://${join(folder, "s")}` }, home: folder });
    const way = new WatchedLink();
    way.set(true);
    const link = answeringLink(way, engine, DEADLINE_MS);
    expect(link.isWhole).toBe(true);
    expect(await whileWhole(link, Promise.resolve(1))).toBe(1);
    isSilent = true;
    await expect(whileWhole(link, new Promise(() => undefined))).rejects.toMatchObject({ code: "engine-silent" });
    expect(link.isWhole).toBe(false);
    expect(await link.whenWhole(1)).toBe(false);
    isSilent = false;
    for (const answer of held) answer();
    expect(await link.whenWhole(20_000)).toBe(true);
    const lost = whileWhole(link, new Promise(() => undefined));
    way.set(false);
    await expect(lost).rejects.toMatchObject({ code: "link-broken" });
    expect(link.failure()).toMatchObject({ code: "link-broken" });
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
