import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { parseJsonLines, printJsonLine } from "../format/jsonl/json-lines.ts";
import type { Entry, Tree } from "../format/tree/entry.ts";
import { readBytesIfThere, writeFileAtomically } from "../system/file/files.ts";
import { makePrivateFolder } from "../system/store/state-folder.ts";
import { asName } from "./history-folder.ts";
import { isEntry } from "./schema.ts";

/** The tree of an image as it was saved; null when it was not, or when the file is damaged. */
export async function readBaseTree(folder: string, imageId: string): Promise<Tree | null> {
  const bytes = await readBytesIfThere(pathOf(folder, imageId));
  return bytes === null ? null : parseTree(bytes);
}

/** Saves the tree of an image (0600). */
export async function saveBaseTree(folder: string, imageId: string, tree: Tree): Promise<void> {
  await makePrivateFolder(folder);
  const lines = Array.from(tree, ([path, entry]) => printJsonLine([path, entry]));
  const end = printJsonLine([lines.length]);
  await writeFileAtomically(pathOf(folder, imageId), gzipSync(lines.join("") + end, { level: 3 }), 0o600);
}

function pathOf(folder: string, imageId: string): string {
  return join(folder, `${asName(imageId)}.jsonl.gz`);
}

function parseTree(bytes: Uint8Array): Tree | null {
  const lines = parseJsonLines(unzip(bytes)).records;
  const last = lines.at(-1);
  if (!Array.isArray(last) || last.length !== 1 || last[0] !== lines.length - 1) return null;
  const tree = new Map<string, Entry>();
  for (const line of lines.slice(0, -1)) {
    if (!Array.isArray(line)) return null;
    const [path, entry]: unknown[] = line;
    if (typeof path !== "string" || !isEntry(entry)) return null;
    tree.set(path, entry);
  }
  return tree;
}

function unzip(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes);
  } catch {
    return new Uint8Array();
  }
}
