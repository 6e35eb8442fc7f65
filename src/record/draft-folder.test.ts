import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, readlinkSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CooperError } from "../base/errors.ts";
import type { ContextFile, Draft } from "../draft/model.ts";
import { readTar } from "../format/tar/read-tar.ts";
import type { Entry } from "../format/tree/entry.ts";
import { makeTempFolder, type TempFolder } from "../system/file/files.ts";
import { type DraftFiles, writeDraftFolder } from "./draft-folder.ts";

let temp: TempFolder;
beforeEach(async () => {
  temp = await makeTempFolder("cooper-test-draft-");
});
afterEach(() => temp.remove());

const service = { cmd: null, why: "", steps: [], user: null, workdir: null, expose: [], stopSignal: null, proposals: [] };

function files(dockerfile: string, context: readonly ContextFile[], contents: Readonly<Record<string, string>> = {}): DraftFiles {
  const draft: Draft = { instructions: [], dockerfile, dockerignore: "*\n", context, dropped: [], secretPaths: [], findings: [], service };
  return { draft, acceptance: "version: 1\n", readContent: (hash) => (contents[hash] === undefined ? null : Buffer.from(contents[hash])) };
}

const hash = createHash("sha256").update("kept").digest("hex");
const app: ContextFile = { path: "files/etc/app", content: { hash }, mode: 0o640, target: "/etc/app" };
const link: ContextFile = { path: "files/etc/link", content: { link: "/etc/passwd" }, mode: 0o777, target: "/etc/link" };

test("a file with attributes goes into an archive", async () => {
  const xattrs = { "security.capability": "0100000200200000" };
  const archived: Entry = { type: "file", mode: 0o4755, uid: 1, gid: 2, hash, size: 4, xattrs };
  const file: ContextFile = { path: "rootfs/usr/bin/x.tar", content: { archived }, mode: 0o644, target: "/usr/bin/x" };
  await writeDraftFolder(join(temp.path, "a"), files("FROM a\n", [file], { [hash]: "kept" }), false);
  const members = [];
  for await (const { member, body } of readTar(Readable.from([readFileSync(join(temp.path, "a", file.path))]))) {
    const pieces: Buffer[] = [];
    for await (const piece of body) pieces.push(piece);
    members.push([member.path, member.mode, member.uid, member.gid, member.xattrs, Buffer.concat(pieces).toString()]);
  }
  expect(members).toEqual([["usr/bin/x", 0o4755, 1, 2, xattrs, "kept"]]);
});

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof CooperError ? error.code : `nothing thrown (${String(error)})`;
}

test("a new folder gets all files with their modes, twice the same bytes", async () => {
  const folder = join(temp.path, "new", "folder");
  const made = files("FROM a\n", [app, link], { [hash]: "kept" });
  expect(await writeDraftFolder(folder, made, false)).toEqual([
    ".dockerignore",
    "Dockerfile",
    "acceptance.yaml",
    "files/etc/app",
    "files/etc/link",
  ]);
  const manifest = readFileSync(join(folder, ".cooper-draft.json"), "utf8");
  await writeDraftFolder(folder, made, false);
  expect(readFileSync(join(folder, "files/etc/app"), "utf8")).toBe("kept");
  expect(statSync(join(folder, "files/etc/app")).mode & 0o7777).toBe(0o640);
  expect(readlinkSync(join(folder, "files/etc/link"))).toBe("/etc/passwd");
  expect(readFileSync(join(folder, ".cooper-draft.json"), "utf8")).toBe(manifest);
});

test("what an earlier Draft left goes, what others put there stays", async () => {
  await writeDraftFolder(temp.path, files("FROM a\n", [app], { [hash]: "kept" }), false);
  writeFileSync(join(temp.path, "mine"), "");
  await writeDraftFolder(temp.path, files("FROM b\n", []), false);
  expect(readdirSync(temp.path).toSorted()).toEqual([".cooper-draft.json", ".dockerignore", "Dockerfile", "acceptance.yaml", "mine"]);
});

test("a folder of somebody else, and edits, are not overwritten without force", async () => {
  writeFileSync(join(temp.path, "Dockerfile"), "FROM mine\n");
  expect(await codeOf(writeDraftFolder(temp.path, files("FROM a\n", []), false))).toBe("folder-not-ours");
  await writeDraftFolder(temp.path, files("FROM a\n", []), true);
  writeFileSync(join(temp.path, "Dockerfile"), "FROM edited\n");
  expect(await codeOf(writeDraftFolder(temp.path, files("FROM b\n", []), false))).toBe("folder-edited");
  expect(readFileSync(join(temp.path, "Dockerfile"), "utf8")).toBe("FROM edited\n");
  await writeDraftFolder(temp.path, files("FROM b\n", []), true);
  expect(readFileSync(join(temp.path, "Dockerfile"), "utf8")).toBe("FROM b\n");
});

test("a link in the way is not followed", async () => {
  const outside = join(temp.path, "outside");
  const folder = join(temp.path, "out");
  mkdirSync(outside);
  mkdirSync(folder);
  symlinkSync(outside, join(folder, "files"));
  expect(await codeOf(writeDraftFolder(folder, files("FROM a\n", [app], { [hash]: "kept" }), true))).toBe("folder-blocked");
  expect(readdirSync(outside)).toEqual([]);
});

test("a content that was not kept is named", async () => {
  expect(await codeOf(writeDraftFolder(join(temp.path, "x"), files("FROM a\n", [app]), false))).toBe("content-missing");
});
