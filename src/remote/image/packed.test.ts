import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { packed } from "./packed.ts";

test("what is packed is the same unpacked", async () => {
  expect(gunzipSync(await buffer(packed(Readable.from([Buffer.from("one"), Buffer.from("two")])))).toString()).toBe("onetwo");
});

test("an archive that fails on the way fails what is read of it", async () => {
  const archive = new PassThrough();
  archive.write("the beginning");
  const read = buffer(packed(archive));
  archive.destroy(new Error("the connection broke"));
  await expect(read).rejects.toThrow("the connection broke");
});

test("an archive that nobody reads on is let go of", async () => {
  const archive = new PassThrough();
  const closed = new Promise<void>((resolve) => archive.once("close", () => resolve()));
  packed(archive).destroy();
  await closed;
  expect(archive.destroyed).toBe(true);
});
