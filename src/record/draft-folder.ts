import { createHash } from "node:crypto";
import { CooperError } from "../base/errors.ts";
import { EXIT } from "../base/exit-code.ts";
import type { ContextFile, Draft } from "../draft/model.ts";
import { tarMember } from "../format/tar/member.ts";
import { writeTar } from "../format/tar/write-tar.ts";
import type { Entry } from "../format/tree/entry.ts";
import { type FolderEntry, listFolder, readBytesInFolder, removeFromFolder, writeFolder } from "../system/file/write-folder.ts";

/** The list of what cooper wrote into a folder, by which it knows its own. */
const MANIFEST = ".cooper-draft.json";
const FILE_MODE = 0o644;

/** What a Draft folder holds, ready to be written. */
export interface DraftFiles {
  readonly draft: Draft;
  readonly acceptance: string;
  readonly readContent: (hash: string) => Buffer | null;
}

/** Path to SHA-256 of all that cooper wrote (links and folders: null). */
type Manifest = Readonly<Record<string, string | null>>;

function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function contextEntry(file: ContextFile, readContent: DraftFiles["readContent"]): Promise<FolderEntry> {
  const { content, path, mode } = file;
  if ("archived" in content) return { path, mode, content: { bytes: await archiveOf(file, content.archived, readContent) } };
  if ("hash" in content) return { path, mode, content: { bytes: keptContent(file, content.hash, readContent) } };
  return { path, mode, content: "text" in content ? { bytes: content.text } : content };
}

async function archiveOf(file: ContextFile, entry: Entry, readContent: DraftFiles["readContent"]): Promise<Buffer> {
  const body = keptContent(file, entry.hash ?? "", readContent);
  const { mode, uid, gid, xattrs = {} } = entry;
  const member = tarMember({ path: file.target.slice(1), mode, uid, gid, xattrs, size: body.length });
  const pieces: Buffer[] = [];
  for await (const piece of writeTar([{ member, body }])) pieces.push(piece);
  return Buffer.concat(pieces);
}

function keptContent(file: ContextFile, hash: string, readContent: DraftFiles["readContent"]): Buffer {
  const bytes = readContent(hash);
  if (bytes !== null) return bytes;
  throw new CooperError("content-missing", `the content of ${file.target} was not kept, and the Dockerfile needs it`, {
    hint: "The files beside the history were changed or removed. Record the command again, or drop its Step: cooper history edit --drop",
    where: { path: file.target },
    exit: EXIT.incomplete,
  });
}

async function entriesOf(files: DraftFiles): Promise<readonly FolderEntry[]> {
  const { draft } = files;
  const text = (path: string, bytes: string): FolderEntry => ({ path, mode: FILE_MODE, content: { bytes } });
  const own = [text("Dockerfile", draft.dockerfile), text(".dockerignore", draft.dockerignore), text("acceptance.yaml", files.acceptance)];
  const context: FolderEntry[] = [];
  for (const file of draft.context) context.push(await contextEntry(file, files.readContent));
  return [...own, ...context];
}

function manifestOf(entries: readonly FolderEntry[]): Manifest {
  const pairs = entries.map(({ path, content }): [string, string | null] => [path, "bytes" in content ? sha256(content.bytes) : null]);
  return Object.fromEntries(pairs.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

function parseManifest(text: string): Manifest | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("files" in value) || typeof value.files !== "object" || value.files === null)
      return null;
    return Object.fromEntries(Object.entries(value.files).map(([path, hash]) => [path, typeof hash === "string" ? hash : null]));
  } catch {
    return null;
  }
}

async function readManifest(folder: string): Promise<Manifest | null> {
  const bytes = await readBytesInFolder(folder, MANIFEST);
  return bytes === null ? null : parseManifest(bytes.toString("utf8"));
}

async function editedFiles(folder: string, manifest: Manifest): Promise<readonly string[]> {
  const edited: string[] = [];
  for (const [path, hash] of Object.entries(manifest)) {
    const bytes = hash === null ? null : await readBytesInFolder(folder, path);
    if (bytes !== null && sha256(bytes) !== hash) edited.push(path);
  }
  return edited;
}

/** Throws unless the folder is new, empty, or holds just what cooper wrote there. */
async function claimFolder(folder: string, manifest: Manifest | null): Promise<void> {
  const names = await listFolder(folder);
  if (names === null || names.length === 0) return;
  if (manifest === null) {
    throw new CooperError("folder-not-ours", `${folder} is not empty, and cooper did not make it`, {
      hint: "Choose another folder, or give --force to write into it.",
    });
  }
  const edited = await editedFiles(folder, manifest);
  if (edited.length > 0) {
    throw new CooperError("folder-edited", `in ${folder} somebody edited ${edited.join(", ")}`, {
      hint: "Choose another folder, or give --force to lose those edits.",
    });
  }
}

/** Writes Dockerfile, .dockerignore, acceptance.yaml and context; what an earlier Draft left there goes. Gives the paths, sorted. */
export async function writeDraftFolder(folder: string, files: DraftFiles, force: boolean): Promise<readonly string[]> {
  const before = await readManifest(folder);
  if (!force) await claimFolder(folder, before);
  const entries = await entriesOf(files);
  const manifest = manifestOf(entries);
  const stale = Object.keys(before ?? {}).filter((path) => !(path in manifest) && isInside(path));
  await removeFromFolder(folder, stale);
  const list: FolderEntry = {
    path: MANIFEST,
    mode: FILE_MODE,
    content: { bytes: `${JSON.stringify({ schema: "cooper.draft-folder/1", files: manifest }, null, 2)}\n` },
  };
  await writeFolder(folder, [...entries, list]);
  return Object.keys(manifest);
}

function isInside(path: string): boolean {
  return !path.startsWith("/") && !path.split("/").includes("..");
}
