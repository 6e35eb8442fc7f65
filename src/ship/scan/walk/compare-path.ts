import { differingFields } from "../../../format/tree/entry-fields.ts";
import type { Entry } from "../../../format/tree/entry.ts";
import type { DirectoryHandle } from "../../../system/file/no-follow.ts";
import type { LayerChange } from "./change.ts";
import { type CompareSettings, compareNode } from "./compare-node.ts";
import type { FolderPairs } from "./folder-pair.ts";

/** True when the container's own layer has a file at a path that is another one than the image's. */
export function isFileOfLayer(pairs: FolderPairs, path: string, settings: CompareSettings): boolean {
  const slash = path.lastIndexOf("/");
  const pair = pairs.at(path.slice(0, slash));
  if (pair === null) return false;
  try {
    const name = path.slice(slash + 1);
    const stat = name === "" ? null : pair.upper.stat(name);
    if (stat === null || stat.type !== "file") return false;
    const { node } = pairs.view.look(pair.parts, name, path);
    const upper = { path, name, parent: pair.upper, stat, attributes: {}, known: null };
    const { change } = compareNode(upper, node, { ...settings, isQuick: false });
    return change !== null && (change.before === null || change.fields.some((field) => field === "content" || field === "type"));
  } finally {
    pairs.close(pair);
  }
}

/** The root folder itself, against the topmost layer below: the engine makes both alike. */
export function compareRoots(pairs: FolderPairs, settings: CompareSettings): LayerChange | null {
  const pair = pairs.root();
  if (pair === null) return null;
  try {
    const below = pair.parts[0];
    if (below === undefined) return null;
    const after = rootOf(pair.upper, settings);
    const before = rootOf(below.folder, settings);
    const fields = differingFields(before, after);
    return fields.length === 0 ? null : { path: "/", kind: "metadata", fields, before, after, content: "unread" };
  } finally {
    pairs.close(pair);
  }
}

function rootOf(folder: DirectoryHandle, { uid, gid }: CompareSettings): Entry {
  const { type, mode, ...owner } = folder.ownStat();
  return { type, mode, uid: uid(owner.uid), gid: gid(owner.gid) };
}
