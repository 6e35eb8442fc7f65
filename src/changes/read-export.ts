import type { Entry } from "../format/tree/entry.ts";
import type { TarMember } from "../format/tar/member.ts";
import { TarScanner } from "../format/tar/scan-tar.ts";
import { ContentHasher } from "./content-hasher.ts";

/** A file system as an engine exports it: entries and hashes, no contents. */
export interface ExportedTree {
  readonly entries: Map<string, Entry>;
  /** For the texts that hold a host name: the hash with the names replaced by one token. */
  readonly comparable: ReadonlyMap<string, string>;
}

export interface ExportOptions {
  readonly hostNames?: readonly string[];
  /** Which files' contents are hashed; all when absent. */
  readonly isHashed?: (path: string) => boolean;
  readonly signal?: AbortSignal;
}

/** Reads a whole tar stream into a tree, in memory that grows with the number of paths only. */
export async function readExport(chunks: AsyncIterable<Uint8Array>, options: ExportOptions = {}): Promise<ExportedTree> {
  const collector = new TreeCollector(options);
  const scanner = new TarScanner(collector);
  for await (const chunk of chunks) {
    options.signal?.throwIfAborted();
    scanner.push(chunk);
  }
  scanner.end();
  return collector.tree();
}

/** The absolute path of an archive's member name. */
export function absolutePath(name: string): string {
  const path = name.replace(/^(?:\.?\/)+/, "");
  return path === "" || path === "." ? "/" : `/${path}`;
}

/** The entry of a member; a file's hash is not known yet. */
export function entryOf(member: TarMember): Entry {
  const plain = { type: member.type === "hardlink" ? "file" : member.type, mode: member.mode, uid: member.uid, gid: member.gid } as const;
  return {
    ...plain,
    ...(member.type === "file" ? { size: member.size } : {}),
    ...(member.type === "symlink" ? { link: member.link } : {}),
    ...(member.type === "char" || member.type === "block" ? { device: member.device } : {}),
    ...(Object.keys(member.xattrs).length > 0 ? { xattrs: member.xattrs } : {}),
  };
}

class TreeCollector {
  readonly #entries = new Map<string, Entry>();
  readonly #comparable = new Map<string, string>();
  /** First name in the archive to the others. */
  readonly #links = new Map<string, string[]>();
  readonly #hasher: ContentHasher;
  readonly #isHashed: (path: string) => boolean;
  #path = "";
  #entry: Entry | null = null;

  constructor(options: ExportOptions) {
    this.#hasher = new ContentHasher(options.hostNames);
    this.#isHashed = options.isHashed ?? (() => true);
  }

  member(member: TarMember): void {
    this.#path = absolutePath(member.path);
    this.#entry = null;
    if (member.type === "hardlink") {
      const target = absolutePath(member.link);
      this.#links.set(target, [...(this.#links.get(target) ?? []), this.#path]);
      return;
    }
    const entry = entryOf(member);
    this.#entries.set(this.#path, entry);
    if (member.type === "file" && this.#isHashed(this.#path)) this.#entry = entry;
  }

  data(piece: Buffer): void {
    if (this.#entry !== null) this.#hasher.push(piece);
  }

  memberEnd(): void {
    if (this.#entry === null) return;
    const { hash, comparable } = this.#hasher.finish();
    this.#entries.set(this.#path, { ...this.#entry, hash });
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
