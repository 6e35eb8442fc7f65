import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { TarScanner } from "../../format/tar/scan-tar.ts";
import type { TarMember } from "../../format/tar/member.ts";
import type { ImageFiles } from "../inspect/image-files.ts";
import { imageOf } from "../test-image.ts";
import { packImage } from "./pack-image.ts";
import { type Layer, packLayer } from "./pack-layer.ts";

async function bytesOf(archive: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of archive) pieces.push(piece);
  return Buffer.concat(pieces);
}

const layerOf = (image: ImageFiles, paths: readonly string[], more: { replaced?: Map<string, Buffer>; droppedBits?: number } = {}): Layer =>
  packLayer({ image, paths, replaced: new Map(), droppedBits: 0, ...more });

function membersOf(bytes: Buffer): TarMember[] {
  const members: TarMember[] = [];
  const scanner = new TarScanner({ member: (member) => void members.push(member), data: () => undefined, memberEnd: () => undefined });
  scanner.push(bytes);
  scanner.end();
  return members;
}

test("a layer has the original's owners, modes, attributes and hard links, in byte order", async () => {
  const image = await imageOf(
    { "/usr/bin/su": "12345", "/usr/bin/ping": "6", "/usr/bin/zing": "= usr/bin/ping" },
    { "/usr/bin/su": { mode: 0o4755, uid: 0, gid: 42 }, "/usr/bin/ping": { xattrs: { "security.capability": "0100000200200000" } } },
  );
  const layer = layerOf(image, ["/", "/usr", "/usr/bin", "/usr/bin/zing", "/usr/bin/ping", "/usr/bin/su"]);
  const bytes = await bytesOf(layer.bytes());
  expect(bytes.length).toBe(layer.size);
  const members = membersOf(bytes);
  expect(members.map((member) => member.path)).toEqual(["usr", "usr/bin", "usr/bin/ping", "usr/bin/su", "usr/bin/zing"]);
  expect(members[2]?.xattrs).toEqual({ "security.capability": "0100000200200000" });
  expect(members[3]).toMatchObject({ mode: 0o4755, gid: 42, size: 5 });
  expect(members[4]).toMatchObject({ type: "hardlink", link: "usr/bin/ping" });
});

test("the same paths give the same image", async () => {
  const ids = await Promise.all(
    [
      ["/a", "/b"],
      ["/b", "/a"],
    ].map(async (paths) => {
      const layer = layerOf(await imageOf({ "/a": "1", "/b": "2" }), paths);
      const packed = packImage(layer, (diffId) => ({ rootfs: { diff_ids: [diffId] } }), []);
      const archive = await bytesOf(packed.archive);
      return { ...packed.ids(), hash: createHash("sha256").update(archive).digest("hex") };
    }),
  );
  expect(ids[0]).toEqual(ids[1]);
  expect(ids[0]?.image).toMatch(/^sha256:[0-9a-f]{64}$/);
});

test("other bytes and fewer mode bits where they are asked for", async () => {
  const image = await imageOf({ "/bin/su": "12345" }, { "/bin/su": { mode: 0o4755 } });
  const layer = layerOf(image, ["/", "/bin", "/bin/su"], { replaced: new Map([["/bin/su", Buffer.from("1")]]), droppedBits: 0o6000 });
  const members = membersOf(await bytesOf(layer.bytes()));
  expect(members[1]).toMatchObject({ size: 1, mode: 0o755 });
});
