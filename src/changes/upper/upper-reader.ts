import type { Entry } from "../../format/tree/entry.ts";
import type { NodeStat, OpenFile } from "../../system/file/no-follow.ts";
import type { UpperPlace } from "./find-upper.ts";
import type { OpenFolders } from "./open-folders.ts";
import type { ContentContext, ContentKeeper, KeptContent } from "../content-keeper.ts";

/** An entry read from the upper directory; null when the path went away meanwhile. */
export interface ReadEntry {
  readonly entry: Entry;
  readonly content: KeptContent | null;
}

/** Reads entries of the upper directory, their contents taken by the keeper. */
export class UpperReader {
  readonly #place: UpperPlace;
  readonly #folders: OpenFolders;
  readonly #keeper: ContentKeeper;

  constructor(place: UpperPlace, folders: OpenFolders, keeper: ContentKeeper) {
    this.#place = place;
    this.#folders = folders;
    this.#keeper = keeper;
  }

  read(context: ContentContext): ReadEntry | null {
    const read = readAsOnDisk(this.#folders, context, this.#keeper);
    if (read === null) return null;
    const { uid, gid } = read.entry;
    return { ...read, entry: { ...read.entry, uid: this.#place.uid(uid), gid: this.#place.gid(gid) } };
  }
}

function readAsOnDisk(folders: OpenFolders, context: ContentContext, keeper: ContentKeeper): ReadEntry | null {
  return folders.inParent(context.path, (parent, name) => {
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
