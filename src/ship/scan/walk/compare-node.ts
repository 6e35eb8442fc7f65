import type { Entry } from "../../../format/tree/entry.ts";
import { differingFields } from "../../../format/tree/entry-fields.ts";
import type { IdMap } from "../../../format/proc/id-map.ts";
import type { DirectoryHandle, NodeStat, OpenFile } from "../../../system/file/no-follow.ts";
import { type Attributes, type ContentKind, NO_ATTRIBUTES } from "../../../trace/layer-records.ts";
import type { LayerChange } from "./change.ts";
import { haveSameBytes, readContent, readKind } from "./contents.ts";
import type { ImageNode } from "./image-view.ts";

/** One name of the container's own layer. */
export interface UpperNode {
  readonly path: string;
  readonly name: string;
  readonly parent: DirectoryHandle;
  readonly stat: ComparedStat;
  readonly attributes: Attributes;
  /** What was read of it already; null: nothing. */
  readonly known: KnownContent | null;
}

/** What is compared of what lstat tells. */
export type ComparedStat = Pick<NodeStat, "type" | "mode" | "uid" | "gid" | "size" | "device">;

export interface KnownContent {
  readonly content: ContentKind;
  /** SHA-256; null for a file that was not read. */
  readonly hash: string | null;
  /** Target of a symbolic link. */
  readonly link: string;
}

export interface CompareSettings {
  /** Contents of files of the same size are not compared, and nothing is hashed. */
  readonly isQuick: boolean;
  readonly uid: IdMap;
  readonly gid: IdMap;
  /** What the names of overlay's marks begin with. */
  readonly marks: string;
}

export interface Compared {
  readonly change: LayerChange | null;
  /** Its content was not compared: taken for equal on the word of its size. */
  readonly isUnverified: boolean;
}

const METADATA: ReadonlySet<string> = new Set(["mode", "uid", "gid"]);

/** Compares what a container has under a name with what its image has there. */
export function compareNode(node: UpperNode, image: ImageNode | null, settings: CompareSettings): Compared {
  if (image === null) return { change: addition(node, settings), isUnverified: false };
  const before = entryOf({ ...image, name: node.name }, settings);
  if (node.stat.type === "file" && image.stat.type === "file") return compareFiles(node, { ...image, before }, settings);
  const read = readEntry(node, settings);
  return { change: changeOf(node.path, before, read), isUnverified: false };
}

/** A path that the image has and the container has not. */
export function deletion(path: string, image: ImageNode, settings: CompareSettings): LayerChange {
  const before = entryOf({ ...image, name: path.slice(path.lastIndexOf("/") + 1) }, settings);
  return { path, kind: "delete", fields: [], before, after: null, content: "unread" };
}

interface ReadEntry {
  readonly after: Entry;
  readonly content: ContentKind;
}

function addition(node: UpperNode, settings: CompareSettings): LayerChange {
  const { after, content } = readEntry(node, settings);
  return { path: node.path, kind: "add", fields: [], before: null, after, content };
}

function compareFiles(node: UpperNode, image: ImageNode & { readonly before: Entry }, settings: CompareSettings): Compared {
  const same = sameContent(node, image, settings);
  if (same === false) {
    const { after, content } = readEntry(node, settings);
    const fields = [...new Set([...differingFields(image.before, withoutHash(after)), "content"])];
    return { change: { path: node.path, kind: "modify", fields, before: image.before, after, content }, isUnverified: false };
  }
  const after = entryOf(node, settings);
  const kind = differingFields(image.before, after).length > 0 ? kindOf(node) : "unread";
  return { change: changeOf(node.path, image.before, { after, content: kind }), isUnverified: same === null };
}

/** Null where that was not looked at. */
function sameContent(node: UpperNode, image: ImageNode, { isQuick }: CompareSettings): boolean | null {
  if (node.stat.size !== image.stat.size) return false;
  if (node.stat.size === 0) return true;
  if (isQuick) return null;
  const same = withFile(node.parent, node.name, (mine) =>
    withFile(image.parent, node.name, (theirs) => ({ is: haveSameBytes(mine, theirs) })),
  );
  return same === null ? false : same.is;
}

function changeOf(path: string, before: Entry, { after, content }: ReadEntry): LayerChange | null {
  const fields = differingFields(before, after);
  if (fields.length === 0) return null;
  return { path, kind: fields.every((field) => METADATA.has(field)) ? "metadata" : "modify", fields, before, after, content };
}

function readEntry(node: UpperNode, settings: CompareSettings): ReadEntry {
  const entry = entryOf(node, settings);
  if (node.stat.type !== "file") return { after: entry, content: "unread" };
  if (settings.isQuick) {
    const isWorthIt = (entry.mode & 0o111) !== 0 || node.name.includes(".so");
    return { after: entry, content: isWorthIt ? kindOf(node) : "unread" };
  }
  if (typeof node.known?.hash === "string") {
    entry.hash = node.known.hash;
    return { after: entry, content: node.known.content };
  }
  const content = withFile(node.parent, node.name, readContent);
  if (content === null) return { after: entry, content: "unread" };
  entry.size = content.size;
  if (content.hash !== null) entry.hash = content.hash;
  return { after: entry, content: content.kind };
}

function withoutHash({ hash: _hash, ...entry }: Entry): Entry {
  return entry;
}

function kindOf({ parent, name, known }: UpperNode): ContentKind {
  return known === null || known.content === "unread" ? (withFile(parent, name, readKind) ?? "unread") : known.content;
}

function withFile<T>(parent: DirectoryHandle, name: string, use: (file: OpenFile) => T): T | null {
  const file = parent.file(name);
  if (file === null) return null;
  try {
    return use(file);
  } finally {
    file.close();
  }
}

interface Described extends Pick<UpperNode, "name" | "parent" | "stat" | "attributes"> {
  readonly known?: KnownContent | null;
}

type NewEntry = { -readonly [Field in keyof Entry]: Entry[Field] };

function entryOf({ name, parent, stat, attributes, known }: Described, { uid, gid, marks }: CompareSettings): NewEntry {
  const { type } = stat;
  const entry: NewEntry = { type, mode: type === "symlink" ? 0o777 : stat.mode, uid: uid(stat.uid), gid: gid(stat.gid) };
  const own = ownAttributes(attributes, marks);
  if (own !== null) entry.xattrs = own;
  if (type === "file") entry.size = stat.size;
  else if (type === "symlink") entry.link = known?.link ?? parent.readLink(name) ?? "";
  else if (type === "char" || type === "block") entry.device = stat.device;
  return entry;
}

/** Overlay's own marks are no attributes of the file. Null where it has no others. */
function ownAttributes(attributes: Attributes, marks: string): Attributes | null {
  if (attributes === NO_ATTRIBUTES) return null;
  const own = Object.entries(attributes).filter(([attribute]) => !attribute.startsWith(marks));
  return own.length === 0 ? null : Object.fromEntries(own);
}
