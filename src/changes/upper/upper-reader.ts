import type { Entry } from "../../format/tree/entry.ts";
import { type DirectoryHandle, inParent, type NodeStat, type OpenFile } from "../../system/no-follow.ts";
import type { UpperPlace } from "./find-upper.ts";
import type { ContentContext, ContentKeeper, KeptContent } from "../content-keeper.ts";

/** An entry read from the upper directory; null when the path went away meanwhile. */
export interface ReadEntry {
  readonly entry: Entry;
  readonly content: KeptContent | null;
}

/** Reads the entry at a path of the upper directory with its content taken by the keeper. */
export function readUpperEntry(place: UpperPlace, context: ContentContext, keeper: ContentKeeper): ReadEntry | null {
  const read = readAsOnDisk(place.upper, context, keeper);
  return read === null ? null : { ...read, entry: { ...read.entry, uid: place.uid(read.entry.uid), gid: place.gid(read.entry.gid) } };
}

function readAsOnDisk(root: DirectoryHandle, context: ContentContext, keeper: ContentKeeper): ReadEntry | null {
  return inParent(root, context.path, (parent, name) => {
    const file = parent.file(name);
    if (file !== null) return takeFile(file, context, keeper);
    const stat = parent.stat(name);
    if (stat === null || stat.type === "file") return null;
    const entry = plainEntry(stat);
    if (stat.type === "symlink") return { entry: { ...entry, link: parent.readLink(name) ?? "" }, content: null };
    return { entry: stat.type === "char" || stat.type === "block" ? { ...entry, device: stat.device } : entry, content: null };
  });
}

function takeFile(file: OpenFile, context: ContentContext, keeper: ContentKeeper): ReadEntry {
  try {
    const content = keeper.takeFile(file, context);
    return { entry: { ...plainEntry(file.stat), size: content.size, hash: content.hash }, content };
  } finally {
    file.close();
  }
}

function plainEntry(stat: NodeStat): Entry {
  return { type: stat.type, mode: stat.type === "symlink" ? 0o777 : stat.mode, uid: stat.uid, gid: stat.gid };
}
