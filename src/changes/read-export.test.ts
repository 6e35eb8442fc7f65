import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { type TarMember, tarMember } from "../format/tar/member.ts";
import { writeTar } from "../format/tar/write-tar.ts";
import { hashBytes } from "./content-hasher.ts";
import { absolutePath, readExport } from "./read-export.ts";

function archive(members: readonly (readonly [Partial<TarMember> & { readonly path: string }, string])[]): Readable {
  return Readable.from(
    writeTar(members.map(([parts, text]) => ({ member: tarMember({ ...parts, size: text.length }), body: Buffer.from(text) }))),
  );
}

test("entries, hashes and host names", async () => {
  const stream = archive([
    [{ path: "etc", type: "directory", mode: 0o755 }, ""],
    [{ path: "./etc/name", uid: 3 }, "host web1\n"],
    [{ path: "etc/empty", xattrs: { "security.capability": "01" } }, ""],
    [{ path: "etc/link", type: "symlink", link: "name" }, ""],
    [{ path: "dev/null", type: "char", device: [1, 3] }, ""],
  ]);
  const { entries, comparable } = await readExport(stream, { hostNames: ["web1"] });
  expect([...entries]).toEqual([
    ["/etc", { type: "directory", mode: 0o755, uid: 0, gid: 0 }],
    ["/etc/name", { type: "file", mode: 0o644, uid: 3, gid: 0, size: 10, hash: hashBytes(Buffer.from("host web1\n")) }],
    [
      "/etc/empty",
      { type: "file", mode: 0o644, uid: 0, gid: 0, size: 0, hash: hashBytes(Buffer.alloc(0)), xattrs: { "security.capability": "01" } },
    ],
    ["/etc/link", { type: "symlink", mode: 0o644, uid: 0, gid: 0, link: "name" }],
    ["/dev/null", { type: "char", mode: 0o644, uid: 0, gid: 0, device: [1, 3] }],
  ]);
  expect([...comparable]).toEqual([["/etc/name", hashBytes(Buffer.from("host HOSTNAME\n"))]]);
});

test("the first name of a file in byte order stands for all, whatever the archive's order", async () => {
  const { entries } = await readExport(
    archive([
      [{ path: "z" }, "text"],
      [{ path: "m", type: "hardlink", link: "z" }, ""],
      [{ path: "a", type: "hardlink", link: "z" }, ""],
    ]),
  );
  expect(["/a", "/m", "/z"].map((path) => [entries.get(path)?.hardLink, entries.get(path)?.size])).toEqual([
    [undefined, 4],
    ["/a", 4],
    ["/a", 4],
  ]);
});

test("an export that is cut off is no result", async () => {
  await expect(readExport(Readable.from([Buffer.alloc(100)]))).rejects.toMatchObject({ code: "tar-damaged" });
  const broken = new Readable({ read: () => undefined });
  const reading = readExport(broken);
  broken.destroy();
  await expect(reading).rejects.toMatchObject({ code: "tar-damaged", exit: 4 });
  await expect(readExport(Readable.from([Buffer.alloc(512, 1)]))).rejects.toMatchObject({ code: "tar-damaged" });
});

const names: readonly (readonly [string, string])[] = [
  ["etc/a", "/etc/a"],
  ["./etc/a", "/etc/a"],
  ["/etc/a", "/etc/a"],
  ["./", "/"],
  [".dockerenv", "/.dockerenv"],
  ["..a/b", "/..a/b"],
];
test.each(names)("the member %s is %s", (name, path) => {
  expect(absolutePath(name)).toBe(path);
});
