import { expect, test } from "vitest";
import { PacketReader, printPacket, SFTP, STATUS } from "../../format/sftp/packet.ts";
import { rememberedReply } from "./remembered-reply.ts";
import { TreeCache } from "./tree-cache.ts";

const ID = 7;

/** Type of the reply and the number behind its id; null: memory does not know. */
function told(cache: TreeCache, packet: Buffer): readonly [number, number] | null {
  const reply = rememberedReply(packet.subarray(4), { cache, fileOf: () => null });
  if (reply === null) return null;
  const body = new PacketReader(Buffer.concat(Buffer.isBuffer(reply) ? [reply] : [...reply]).subarray(4));
  const type = body.byte();
  expect(body.number()).toBe(ID);
  return [type, body.number()];
}

test("what a listing knows is told at once, also that a name is not there", async () => {
  const cache = new TreeCache(() => 0);
  const file = { attributes: { mode: 0o100_644 } };
  await cache.ask("/a", 1_000, () => Promise.resolve({ own: { attributes: {} }, entries: new Map([["b", file]]) }));
  const lstat = (path: string): Buffer => printPacket(SFTP.lstat, [ID, path]);
  const HAS_MODE = 4;
  expect(told(cache, lstat("/a/b"))).toEqual([SFTP.attributes, HAS_MODE]);
  expect(told(cache, lstat("/a/c"))).toEqual([SFTP.status, STATUS.noFile]);
  expect(told(cache, lstat("/other"))).toBeNull();
  cache.forget("/a/b");
  expect(told(cache, lstat("/a/b"))).toBeNull();
});

test("what asks for more than memory goes on", () => {
  const cache = new TreeCache(() => 0);
  const read = printPacket(SFTP.read, [ID, Buffer.alloc(4), 0n, 10]);
  expect(told(cache, read)).toBeNull();
  expect(told(cache, printPacket(SFTP.remove, [ID, "/a"]))).toBeNull();
});
