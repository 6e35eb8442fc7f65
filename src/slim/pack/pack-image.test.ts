import { expect, test } from "vitest";
import { TarScanner } from "../../format/tar/scan-tar.ts";
import type { TarMember } from "../../format/tar/member.ts";
import { imageOf, memorySpool } from "../test-image.ts";
import { packImage, packLayer } from "./pack-image.ts";

function membersOf(bytes: Buffer): TarMember[] {
  const members: TarMember[] = [];
  const scanner = new TarScanner({ member: (member) => void members.push(member), data: () => undefined, memberEnd: () => undefined });
  scanner.push(bytes);
  scanner.end();
  return members;
}

test("a layer has the original's owners, modes, attributes and hard links, in byte order", async () => {
  const spool = memorySpool();
  const image = await imageOf(
    { "/usr/bin/su": "12345", "/usr/bin/ping": "6", "/usr/bin/zing": "= usr/bin/ping" },
    { "/usr/bin/su": { mode: 0o4755, uid: 0, gid: 42 }, "/usr/bin/ping": { xattrs: { "security.capability": "0100000200200000" } } },
    spool,
  );
  const layer = await packLayer(image, ["/", "/usr", "/usr/bin", "/usr/bin/zing", "/usr/bin/ping", "/usr/bin/su"], spool);
  const members = membersOf(spool.read(layer.offset, layer.size));
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
      const spool = memorySpool();
      const image = await imageOf({ "/a": "1", "/b": "2" }, {}, spool);
      const layer = await packLayer(image, paths, spool);
      const inspected = {
        Architecture: "amd64",
        Os: "linux",
        Created: "2026-01-01T00:00:00Z",
        Config: { Cmd: ["/a"], Hostname: "gone", StopSignal: "SIGQUIT" },
      };
      return packImage({ layer, spool, inspected, from: "web", tag: null }).id;
    }),
  );
  expect(ids[0]).toBe(ids[1]);
});
