import { createHash, type Hash } from "node:crypto";
import type { TarMember } from "../../format/tar/member.ts";
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
}

/** Smaller files are no matter as duplicates. */
const HASHED_FROM = 1024;
const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh..opq";
const OTHER_MARK = ".wh..wh.";

/** Takes the uncompressed archive of a layer piece by piece. */
export interface LayerScanner {
  push(bytes: Uint8Array): void;
  /** Throws `tar-damaged` when the archive is not complete. */
  end(): LayerScan;
}

/** A scanner that keeps paths only: memory does not grow with the bytes of the files. */
export function createLayerScanner(): LayerScanner {
  const files: LayerFile[] = [];
  const deleted: string[] = [];
  const emptied: string[] = [];
  const contents = new Map<string, Buffer>();
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
      if (open !== null) files.push(closeFile(open, contents));
      open = null;
    },
  });
  return {
    push: (bytes) => scanner.push(bytes),
    end() {
      scanner.end();
      return { files, deleted, emptied, contents, bytes: files.reduce((sum, file) => sum + file.size, 0) };
    },
  };
}

/** Notes a path that only hides others; false for a path of its own. */
function readMark(path: string, marks: { readonly deleted: string[]; readonly emptied: string[] }): boolean {
  const slash = path.lastIndexOf("/");
  const name = path.slice(slash + 1);
  if (!name.startsWith(WHITEOUT)) return false;
  const folder = path.slice(0, slash);
  if (name === OPAQUE) marks.emptied.push(folder === "" ? "/" : folder);
  else if (!name.startsWith(OTHER_MARK)) marks.deleted.push(`${folder}/${name.slice(WHITEOUT.length)}`);
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

function closeFile({ member, hash, look }: OpenFile, contents: Map<string, Buffer>): LayerFile {
  const { path, type, mode, uid, gid, size, link } = member;
  const seen = look?.end() ?? NOTHING_SEEN;
  if (seen.content !== null) contents.set(path, seen.content);
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

function absolute(name: string): string {
  const path = name.replace(/^(?:\.?\/)+/, "");
  return path === "" || path === "." ? "/" : `/${path}`;
}
