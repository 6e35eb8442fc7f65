import { posix } from "node:path";
import { isCooperError } from "../../base/errors.ts";
import { createContainer, getArchive, removeContainer } from "../../engine/container/container.ts";
import { imageFolders } from "../../engine/image/image-folders.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { type Accounts, parseAccounts } from "../../format/accounts/accounts.ts";
import { readTar } from "../../format/tar/read-tar.ts";
import { errorCode } from "../../system/file/files.ts";
import { inParent, openRoot, readFileBelow } from "../../system/file/no-follow.ts";

const FILES = ["/etc/passwd", "/etc/group"] as const;
const MOST_BYTES = 4_000_000;
const MOST_LINKS = 8;

/** The users and groups of an image, out of the engine's own folders; null where those cannot be read from here. Changes nothing. */
export async function lookUpAccounts(engine: Engine, image: string): Promise<Accounts | null> {
  if (!engine.isLocal) return null;
  const folders = await imageFolders(engine, image);
  try {
    const [passwd, group] = FILES.map((file) => readFromLayers(folders, file.slice(1)));
    return passwd === null || passwd === undefined ? null : parseAccounts(passwd, group ?? "");
  } catch (error) {
    if (["EACCES", "EPERM"].includes(errorCode(error))) return null;
    throw error;
  }
}

/** The users and groups of an image, out of a container that is made for this and never started. */
export async function readAccounts(engine: Engine, image: string): Promise<Accounts> {
  const id = await createContainer(engine, { image, cmd: ["-"], labels: { "cooper.helper": "accounts" } });
  try {
    const [passwd = "", group = ""] = await Promise.all(FILES.map((file) => readFromContainer(engine, id, file)));
    return parseAccounts(passwd, group);
  } finally {
    await removeContainer(engine, id, { force: true, volumes: true });
  }
}

/** Null when the topmost layer that has the name does not have it as a plain file. */
function readFromLayers(folders: readonly string[], path: string): string | null {
  for (const folder of folders) {
    const root = openRoot(folder);
    if (root === null) return null;
    try {
      const stat = inParent(root, path, (parent, name) => parent.stat(name));
      if (stat !== null) return readFileBelow(root, path, MOST_BYTES)?.toString("utf8") ?? null;
    } finally {
      root.close();
    }
  }
  return null;
}

async function readFromContainer(engine: Engine, id: string, file: string): Promise<string> {
  let path = file;
  for (let links = 0; links < MOST_LINKS; links++) {
    const found = await readMember(engine, id, path);
    if (found === null || "text" in found) return found?.text ?? "";
    path = posix.resolve(posix.dirname(path), found.link);
  }
  return "";
}

// oxlint-disable-next-line max-params -- engine, container and path come first wherever they are needed
async function readMember(engine: Engine, id: string, path: string): Promise<{ readonly text: string } | { readonly link: string } | null> {
  try {
    for await (const { member, body } of readTar(await getArchive(engine, id, path))) {
      if (member.type === "symlink") return { link: member.link };
      if (member.type !== "file" || member.size > MOST_BYTES) return null;
      const pieces: Buffer[] = [];
      for await (const piece of body) pieces.push(piece);
      return { text: Buffer.concat(pieces).toString("utf8") };
    }
    return null;
  } catch (error) {
    if (isCooperError(error) && error.code === "path-unknown") return null;
    throw error;
  }
}
