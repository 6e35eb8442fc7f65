import type { Readable } from "node:stream";
import { CooperError } from "../base/errors.ts";
import { EXIT } from "../base/exit-code.ts";
import type { Entry } from "../format/tree/entry.ts";
import type { TarMember } from "../format/tar/member.ts";
import { TarScanner, type TarSink } from "../format/tar/scan-tar.ts";
import { type ContentHashes, ContentHasher } from "./content-hasher.ts";

/** A file system as an engine exports it: entries and hashes, no contents. */
export interface ExportedTree {
  readonly entries: Map<string, Entry>;
  /** For the texts that hold a host name: the hash with the names replaced by one token. */
  readonly comparable: ReadonlyMap<string, string>;
}

export interface ExportOptions {
  readonly hostNames?: readonly string[];
}

/** Reads a whole tar stream into a tree, in memory that grows with the number of paths only. The stream is at its end or destroyed after. */
export async function readExport(stream: Readable, options: ExportOptions = {}): Promise<ExportedTree> {
  const collector = new TreeCollector(options.hostNames ?? []);
  const scanner = new TarScanner(collector);
  // Not "for await": it joins what waits in the stream into one buffer each time, which costs as much as hashing.
  await new Promise<void>((resolve, reject) => {
    stream.on("data", (chunk: Buffer) => {
      try {
        scanner.push(chunk);
      } catch (error) {
        stream.destroy();
        reject(error);
      }
    });
    stream.once("end", resolve);
    stream.once("error", reject);
    stream.once("close", () => reject(new CooperError("tar-damaged", "The engine ended the export too early.", { exit: EXIT.incomplete })));
  });
  scanner.end();
  return collector.tree();
}

/** The absolute path of an archive's member name. */
export function absolutePath(name: string): string {
  const first = name.charCodeAt(0);
  const path = first === 0x2e || first === 0x2f ? name.replace(/^(?:\.?\/)+/, "") : name;
  return path === "" || path === "." ? "/" : `/${path}`;
}

/** The entry of a member; a file's hash is not known yet. */
export function entryOf(member: TarMember): Entry {
  const { mode, uid, gid } = member;
  const type = member.type === "hardlink" ? "file" : member.type;
  const entry = withTypeFields(member, { type, mode, uid, gid });
  for (const _name in member.xattrs) return { ...entry, xattrs: member.xattrs };
  return entry;
}

function withTypeFields(member: TarMember, { type, mode, uid, gid }: Entry): Entry {
  if (member.type === "file") return { type, mode, uid, gid, size: member.size };
  if (member.type === "symlink") return { type, mode, uid, gid, link: member.link };
  if (member.type === "char" || member.type === "block") return { type, mode, uid, gid, device: member.device };
  return { type, mode, uid, gid };
}

const EMPTY = Buffer.alloc(0);

class TreeCollector implements TarSink {
  readonly #entries = new Map<string, Entry>();
  readonly #comparable = new Map<string, string>();
  /** First name in the archive to the others. */
  readonly #links = new Map<string, string[]>();
  readonly #hasher: ContentHasher;
  #path = "";
  #file: Entry | null = null;
  #whole: ContentHashes | null = null;

  constructor(hostNames: readonly string[]) {
    this.#hasher = new ContentHasher(hostNames);
  }

  member(member: TarMember): void {
    this.#path = absolutePath(member.path);
    this.#file = null;
    this.#whole = null;
    if (member.type === "hardlink") {
      const target = absolutePath(member.link);
      this.#links.set(target, [...(this.#links.get(target) ?? []), this.#path]);
      return;
    }
    const entry = entryOf(member);
    if (member.type !== "file") this.#entries.set(this.#path, entry);
    else {
      this.#file = entry;
      if (member.size === 0) this.#whole = this.#hasher.whole(EMPTY);
    }
  }

  data(piece: Buffer): void {
    if (this.#file === null) return;
    if (piece.length === this.#file.size) this.#whole = this.#hasher.whole(piece);
    else this.#hasher.push(piece);
  }

  memberEnd(): void {
    if (this.#file === null) return;
    const { type, mode, uid, gid, size = 0, xattrs } = this.#file;
    const { hash, comparable } = this.#whole ?? this.#hasher.finish();
    const entry = { type, mode, uid, gid, size, hash };
    this.#entries.set(this.#path, xattrs === undefined ? entry : { ...entry, xattrs });
    if (comparable !== hash) this.#comparable.set(this.#path, comparable);
  }

  tree(): ExportedTree {
    for (const [target, others] of this.#links) this.#joinNames(target, others);
    return { entries: this.#entries, comparable: this.#comparable };
  }

  /** The archive's order of names says nothing: the first in byte order stands for all. */
  #joinNames(target: string, others: readonly string[]): void {
    const entry = this.#entries.get(target);
    if (entry === undefined) return;
    const comparable = this.#comparable.get(target);
    const names = [target, ...others].sort();
    const [first = target] = names;
    for (const name of names) {
      this.#entries.set(name, name === first ? entry : { ...entry, hardLink: first });
      if (comparable !== undefined) this.#comparable.set(name, comparable);
    }
  }
}
