import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodePath } from "../tree/path-bytes.ts";
import { type TarMember, tarMember } from "./member.ts";
import { readTar } from "./read-tar.ts";
import { type TarInput, formatTarHeader, writeTar } from "./write-tar.ts";

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(Uint8Array.from(chunk));
  return Buffer.concat(parts);
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer, void, void> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readAll(bytes: Buffer, piece = 65_536): Promise<{ member: TarMember; body: string }[]> {
  const files: { member: TarMember; body: string }[] = [];
  for await (const { member, body } of readTar(inPieces(bytes, piece)))
    files.push({ member, body: (await collect(body)).toString("latin1") });
  return files;
}

const CAPABILITY = "0100000280200000000000000000000000000000";
const odd = decodePath(Buffer.from([0x61, 0xff, 0x0a, 0xfe]));
const vectors: readonly (readonly [string, TarMember])[] = [
  ["a plain file", tarMember({ path: "etc/motd", uid: 33, gid: 33, mode: 0o4755, modifiedAt: 1_700_000_000 })],
  ["file capabilities that are no UTF-8", tarMember({ path: "bin/ping", xattrs: { "security.capability": CAPABILITY } })],
  ["a newline in an xattr's value", tarMember({ path: "a", xattrs: { "user.lines": "0a610a3d0a" } })],
  ["an xattr's empty value", tarMember({ path: "a", xattrs: { "user.empty": "" } })],
  ["an xattr's name that is no UTF-8", tarMember({ path: "a", xattrs: { [`user.${odd}`]: "00ff" } })],
  ["a name that is no UTF-8", tarMember({ path: `dir/${odd}` })],
  ["a long name that is no UTF-8", tarMember({ path: `${odd}/`.repeat(90) + odd })],
  ["a name that fits with the prefix", tarMember({ path: `${"d".repeat(90)}/${"f".repeat(90)}` })],
  ["a name of 100 bytes", tarMember({ path: "n".repeat(100) })],
  ["a directory of 100 bytes", tarMember({ path: "n".repeat(100), type: "directory", mode: 0o1777 })],
  ["a name of 300 bytes without a slash", tarMember({ path: "n".repeat(300) })],
  ["a symbolic link", tarMember({ path: "l", type: "symlink", mode: 0o777, link: "../a b" })],
  ["a long target that is no UTF-8", tarMember({ path: "l", type: "symlink", link: odd.repeat(60) })],
  ["a hard link", tarMember({ path: "h", type: "hardlink", link: "etc/motd" })],
  ["a fifo", tarMember({ path: "p", type: "fifo" })],
  ["a character device", tarMember({ path: "dev/null", type: "char", device: [1, 3] })],
  ["a block device with large numbers", tarMember({ path: "dev/x", type: "block", device: [4095, 1_048_575] })],
  ["a large owner", tarMember({ path: "a", uid: 4_000_000_000, gid: 3_000_000 })],
  ["a time before 1970 with a fraction", tarMember({ path: "a", modifiedAt: -1.5 })],
  ["long owner names", tarMember({ path: "a", userName: "u".repeat(40), groupName: odd })],
];

describe("tar codec", () => {
  test.each(vectors)("%s comes back", async (_name, member) => {
    const bytes = await collect(writeTar([{ member }]));
    expect((await readAll(bytes)).map((file) => file.member)).toEqual([member]);
    expect((await readAll(bytes, 7)).map((file) => file.member)).toEqual([member]);
  });

  test("a size beyond octal is stated and read", async () => {
    const header = formatTarHeader(tarMember({ path: "big", size: 10 * 1024 ** 4 }));
    const first = await readTar(inPieces(header, 512)).next();
    expect(first.value?.member.size).toBe(10 * 1024 ** 4);
  });

  test("bodies that are not read are skipped", async () => {
    const bytes = await collect(writeTar([fileOf("a", "x".repeat(5000)), fileOf("b", "y")]));
    const names: string[] = [];
    for await (const { member } of readTar(inPieces(bytes, 100))) names.push(member.path);
    expect(names).toEqual(["a", "b"]);
  });

  test("a body of an earlier member gives nothing any more", async () => {
    const files = readTar(inPieces(await collect(writeTar([fileOf("a", "one"), fileOf("b", "two")])), 512));
    const first = await files.next();
    const second = await files.next();
    expect(first.done === true ? "" : (await collect(first.value.body)).toString()).toBe("");
    expect(second.done === true ? "" : (await collect(second.value.body)).toString()).toBe("two");
  });

  const broken: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
    ["cut in a body", (bytes) => bytes.subarray(0, 600)],
    ["cut in a header", (bytes) => bytes.subarray(0, 100)],
    ["without its end", (bytes) => bytes.subarray(0, 1024)],
    ["with a wrong checksum", (bytes) => Buffer.concat([Buffer.from("zz"), bytes.subarray(2)])],
    ["empty", () => Buffer.alloc(0)],
  ];
  test.each(broken)("an archive %s is damaged", async (_name, damage) => {
    const bytes = await collect(writeTar([fileOf("a", "content")]));
    await expect(readAll(damage(bytes))).rejects.toMatchObject({ code: "tar-damaged", exit: 4 });
  });

  test("a body that has another size than stated is refused", async () => {
    await expect(collect(writeTar([{ member: tarMember({ path: "a", size: 3 }), body: Buffer.from("four") }]))).rejects.toMatchObject({
      code: "tar-size-changed",
    });
  });

  test("sockets are refused", () => {
    expect(() => formatTarHeader(tarMember({ path: "s", type: "socket" }))).toThrow(/socket/);
  });
});

function fileOf(path: string, text: string): TarInput {
  return { member: tarMember({ path, size: Buffer.byteLength(text, "latin1") }), body: Buffer.from(text, "latin1") };
}

const nameBytes = fc
  .uint8Array({ minLength: 1, maxLength: 260 })
  .map((bytes) => decodePath(bytes.map((byte) => (byte === 0 || byte === 0x2f ? 0x61 : byte))));
const inputs = fc.record({
  path: fc.array(nameBytes, { minLength: 1, maxLength: 3 }).map((names) => names.join("/")),
  mode: fc.integer({ min: 0, max: 0o7777 }),
  uid: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  gid: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  modifiedAt: fc.integer({ min: -(2 ** 31), max: 2 ** 40 }),
  xattrs: fc.dictionary(
    nameBytes.filter((name) => !name.includes("=") && name !== "__proto__").map((name) => `user.${name.slice(0, 20)}`),
    fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes).toString("hex")),
    { maxKeys: 3, noNullPrototype: true },
  ),
  body: fc.uint8Array({ maxLength: 1500 }),
});

test("any members come back, however the archive is cut", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(inputs, { maxLength: 4 }), fc.integer({ min: 1, max: 2000 }), async (list, piece) => {
      const files = list.map(({ body, ...parts }) => ({ member: tarMember({ ...parts, size: body.length }), body }));
      const back = await readAll(await collect(writeTar(files)), piece);
      expect(back).toEqual(files.map(({ member, body }) => ({ member, body: Buffer.from(body).toString("latin1") })));
    }),
    { numRuns: 60 },
  );
});

describe("GNU tar as the judge", () => {
  test("reads what we write", async () => {
    const members = vectors.map(([, member], index) => ({ member: { ...member, path: `v${index}-${member.path}`.replaceAll("\n", "_") } }));
    const bytes = await collect(writeTar([...members, fileOf("text", "hello\n")]));
    const listing = execFileSync("tar", ["--xattrs", "--xattrs-include=*", "--numeric-owner", "--quoting-style=literal", "-tvvf", "-"], {
      input: bytes,
      env: { ...process.env, LC_ALL: "C" },
    });
    const lines = decodePath(listing).split("\n");
    for (const { member } of members) expect(lines.some((line) => line.includes(member.path))).toBe(true);
    expect(lines.filter((line) => line.includes("security.capability"))).toHaveLength(1);
    expect(execFileSync("tar", ["-xOf", "-", "text"], { input: bytes }).toString()).toBe("hello\n");
  });

  const formats = ["ustar", "gnu", "posix", "oldgnu", "v7"] as const;
  test.each(formats)("writes %s, we read it", async (format) => {
    const folder = mkdtempSync(join(tmpdir(), "cooper-tar-"));
    try {
      const long = format === "v7" ? "short" : `${"d".repeat(60)}/${"f".repeat(80)}`;
      execFileSync("mkdir", ["-p", join(folder, long, "..")]);
      writeFileSync(join(folder, long), "long");
      writeFileSync(join(folder, "empty"), "");
      writeFileSync(join(folder, "large"), Buffer.alloc(100_000, 7));
      execFileSync("sh", ["-c", 'ln large hard; ln -s "a b" soft; mkfifo pipe; chmod 4711 large'], { cwd: folder });
      const names = [long, "empty", "large", "hard", "soft", ...(format === "v7" ? [] : ["pipe"])];
      const bytes = execFileSync("tar", [`--format=${format}`, "-cf", "-", ...names], { cwd: folder, maxBuffer: 1e7 });
      const files = new Map((await readAll(bytes)).map((file) => [file.member.path, file]));
      expect([...files.keys()]).toEqual(names);
      expect(files.get(long)?.body).toBe("long");
      expect(files.get("large")).toMatchObject({ member: { mode: 0o4711, size: 100_000 }, body: "\x07".repeat(100_000) });
      expect(files.get("hard")?.member).toMatchObject({ type: "hardlink", link: "large", size: 0 });
      expect(files.get("soft")?.member).toMatchObject({ type: "symlink", link: "a b" });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
