import { createHash, type Hash } from "node:crypto";
import type { TarMember } from "../../format/tar/member.ts";
import { damagedTar } from "../../format/tar/damaged.ts";
import { TarScanner } from "../../format/tar/scan-tar.ts";
import { type ContentLook, createContentLook, NOTHING_SEEN, type SecretKind } from "./content-look.ts";
import type { BuiltModule, BuiltWith } from "./built-module.ts";

/** One path that a layer writes. */
export interface LayerFile {
  /** Absolute. */
  readonly path: string;
  readonly type: TarMember["type"];
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes in the layer; 0 for a hard link and all that is no file. */
  readonly size: number;
  readonly link: string;
  readonly hasCapabilities: boolean;
  /** SHA-256 of a file of some size, in base64; null for all else. */
  readonly hash: string | null;
  readonly secret: SecretKind | null;
  readonly builtWith: BuiltWith | null;
  /** What a compiler says that it built into the program. */
  readonly modules: readonly BuiltModule[];
}

/** What one layer writes and hides, without the bytes. */
export interface LayerScan {
  readonly files: readonly LayerFile[];
  /** Paths below it that the layer deletes. */
  readonly deleted: readonly string[];
  /** Folders whose content below it the layer hides. */
  readonly emptied: readonly string[];
  /** Content of the few files that tell what is installed. */
  readonly contents: ReadonlyMap<string, Buffer>;
  readonly bytes: number;
  /** Why the layer could not be read to its end; null for one that is whole. */
  readonly damage: Damage | null;
}

/** A part that was not understood, by the code of its error. */
export interface Damage {
  readonly code: string;
  readonly message: string;
}

/** Smaller files are no matter as duplicates. */
const HASHED_FROM = 1024;
/** No kernel opens a path with more names. */
const DEEPEST = 2048;
/** Contents are kept up to this in a layer; what tells more is not told. */
const MOST_KEPT = 256 * 1024 ** 2;
const ODD_PART = /(?:^|\/)\.{0,2}(?:\/|$)|(?:[^/]*\/){2000}/;
const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh..opq";
const OTHER_MARK = ".wh..wh.";

/** Takes the uncompressed archive of a layer piece by piece. */
export interface LayerScanner {
  push(bytes: Uint8Array): void;
  /** Throws `tar-damaged` when the archive is not complete. */
  end(): LayerScan;
  /** What was read up to a damage. */
  endEarly(damage: Damage): LayerScan;
}

/** A layer of which nothing can be read. */
export function unreadLayer(damage: Damage): LayerScan {
  return { files: [], deleted: [], emptied: [], contents: new Map(), bytes: 0, damage };
}

/** A scanner that keeps paths only: memory does not grow with the bytes of the files. */
export function createLayerScanner(): LayerScanner {
  const files: LayerFile[] = [];
  const deleted: string[] = [];
  const emptied: string[] = [];
  const contents = new Map<string, Buffer>();
  let kept = 0;
  const keep = (path: string, content: Buffer): void => {
    kept += content.length;
    if (kept <= MOST_KEPT) contents.set(path, content);
  };
  let open: OpenFile | null = null;
  const scanner = new TarScanner({
    member(member) {
      const path = absolute(member.path);
      open = readMark(path, { deleted, emptied }) ? null : openFile({ ...member, path });
    },
    data(piece) {
      open?.hash?.update(piece);
      open?.look?.take(piece);
    },
    memberEnd() {
      if (open !== null) files.push(closeFile(open, keep));
      open = null;
    },
  });
  const result = (damage: Damage | null): LayerScan => {
    return { files, deleted, emptied, contents, bytes: files.reduce((sum, file) => sum + file.size, 0), damage };
  };
  return {
    push: (bytes) => scanner.push(bytes),
    end() {
      scanner.end();
      return result(null);
    },
    endEarly: result,
  };
}

/** Notes a path that only hides others; false for a path of its own. */
function readMark(path: string, marks: { readonly deleted: string[]; readonly emptied: string[] }): boolean {
  const slash = path.lastIndexOf("/");
  const name = path.slice(slash + 1);
  if (!name.startsWith(WHITEOUT)) return false;
  const folder = path.slice(0, slash);
  if (name === OPAQUE) marks.emptied.push(folder === "" ? "/" : folder);
  else if (!name.startsWith(OTHER_MARK) && name !== WHITEOUT) marks.deleted.push(`${folder}/${name.slice(WHITEOUT.length)}`);
  return true;
}

interface OpenFile {
  readonly member: TarMember;
  readonly hash: Hash | null;
  readonly look: ContentLook | null;
}

function openFile(member: TarMember): OpenFile {
  const isFile = member.type === "file" && member.size > 0;
  return {
    member,
    hash: isFile && member.size >= HASHED_FROM ? createHash("sha256") : null,
    look: isFile ? createContentLook(member) : null,
  };
}

function closeFile({ member, hash, look }: OpenFile, keep: (path: string, content: Buffer) => void): LayerFile {
  const { path, type, mode, uid, gid, size, link } = member;
  const seen = look?.end() ?? NOTHING_SEEN;
  if (seen.content !== null) keep(path, seen.content);
  return {
    path,
    type,
    mode,
    uid,
    gid,
    size,
    link: type === "hardlink" ? absolute(link) : link,
    hasCapabilities: "security.capability" in member.xattrs,
    hash: hash?.digest("base64") ?? null,
    secret: seen.secret,
    builtWith: seen.builtWith,
    modules: seen.modules,
  };
}

/** An archive's name as a path from the root, as the engine takes it: "." and ".." lead nowhere out of it. */
function absolute(name: string): string {
  if (!ODD_PART.test(name)) return `/${name}`;
  const parts: string[] = [];
  for (const part of name.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  if (parts.length > DEEPEST) throw damagedTar(`a path has ${parts.length} names`);
  return `/${parts.join("/")}`;
}
