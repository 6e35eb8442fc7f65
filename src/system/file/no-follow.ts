import { constants, closeSync, fstatSync, lstatSync, openSync, readSync, readdirSync, readlinkSync, rmdirSync, unlinkSync } from "node:fs";
import { decodePath, encodePath } from "../../format/tree/path-bytes.ts";
import { errorCode } from "./files.ts";
import { nodeStat, type NodeStat } from "./node-stat.ts";

export type { NodeStat } from "./node-stat.ts";

/**
 * A directory held open by its descriptor. A name is one component as text of `decodePath`; nothing here ever follows a symbolic link,
 * so that a link planted below a tree that somebody else writes cannot lead out of it.
 */
export interface DirectoryHandle {
  readonly descriptor: number;
  list(): string[];
  /** The names, and whether each is that of a regular file. */
  entries(): readonly FolderEntry[];
  /** Null when the name is not there. */
  stat(name: string): NodeStat | null;
  ownStat(): NodeStat;
  /** Target of a symbolic link; null when there is none of that name. */
  readLink(name: string): string | null;
  /** Null when the name is not there or not a directory. */
  directory(name: string): DirectoryHandle | null;
  /** Null when the name is not there or not a regular file. */
  file(name: string): OpenFile | null;
  /** Removes a name that is no directory, or an empty directory; false when it is not there (any more). */
  remove(name: string): boolean;
  close(): void;
}

export interface FolderEntry {
  readonly name: string;
  readonly isFile: boolean;
}

/** A regular file held open for reading. */
export interface OpenFile {
  readonly stat: NodeStat;
  /** Reads into `into` from the given position; gives the number of bytes, 0 at the end. */
  read(into: Buffer, position: number): number;
  close(): void;
}

const DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** Not blocking, else a fifo put in the file's place would hold the process. */
const FILE = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;
const GONE: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ELOOP", "ESTALE", "ENXIO", "EINVAL"]);

/** Opens a directory that is itself trusted (its own path may pass links); null when it is not there. */
export function openRoot(path: string): DirectoryHandle | null {
  const descriptor = orNull(() => openSync(path, constants.O_RDONLY | constants.O_DIRECTORY));
  return descriptor === null ? null : new Directory(descriptor);
}

/**
 * Opens the directory that holds the last component of `path` (below `root`, "/" separated, an absolute path counts from the root),
 * component by component, and gives it with that name to `use`. Null when a component on the way is not a directory.
 */
export function inParent<T>(root: DirectoryHandle, path: string, use: (parent: DirectoryHandle, name: string) => T): T | null {
  const names = path.split("/").filter((name) => name !== "");
  const last = names.pop();
  if (last === undefined) return null;
  let parent = root;
  try {
    for (const name of names) {
      const next = parent.directory(name);
      if (next === null) return null;
      if (parent !== root) parent.close();
      parent = next;
    }
    return use(parent, last);
  } finally {
    if (parent !== root) parent.close();
  }
}

/** All bytes of a regular file below `root`; null when it is not there or larger than `limit`. */
export function readFileBelow(root: DirectoryHandle, path: string, limit: number): Buffer | null {
  return inParent(root, path, (parent, name) => {
    const file = parent.file(name);
    if (file === null) return null;
    try {
      return file.stat.size > limit ? null : readWhole(file, limit);
    } finally {
      file.close();
    }
  });
}

/** Reads an open file to its end, but not beyond `limit` bytes. */
export function readWhole(file: OpenFile, limit: number): Buffer {
  let bytes = Buffer.allocUnsafe(Math.min(file.stat.size + 1, limit));
  let length = 0;
  for (;;) {
    if (length === bytes.length) {
      if (length >= limit) break;
      bytes = Buffer.concat([bytes], Math.min(length * 2 + 4096, limit));
    }
    const count = file.read(bytes.subarray(length), length);
    if (count === 0) break;
    length += count;
  }
  return bytes.subarray(0, length);
}

class Directory implements DirectoryHandle {
  readonly descriptor: number;
  readonly #path: string;

  constructor(descriptor: number) {
    this.descriptor = descriptor;
    this.#path = `/proc/self/fd/${descriptor}`;
  }

  list(): string[] {
    const names = readdirSync(this.#path);
    if (!names.some((name) => name.includes("\uFFFD"))) return names;
    return readdirSync(this.#path, { encoding: "buffer" }).map(decodePath);
  }

  entries(): readonly FolderEntry[] {
    const entries = readdirSync(this.#path, { withFileTypes: true });
    if (!entries.some(({ name }) => name.includes("\uFFFD"))) return entries.map((entry) => ({ name: entry.name, isFile: entry.isFile() }));
    return this.list().map((name) => ({ name, isFile: this.stat(name)?.type === "file" }));
  }

  stat(name: string): NodeStat | null {
    const stats = orNull(() => lstatSync(pathIn(this, name), { throwIfNoEntry: false }) ?? null);
    return stats === null ? null : nodeStat(stats);
  }

  ownStat(): NodeStat {
    return nodeStat(fstatSync(this.descriptor));
  }

  readLink(name: string): string | null {
    const target = orNull(() => readlinkSync(pathIn(this, name), { encoding: "buffer" }));
    return target === null ? null : decodePath(target);
  }

  directory(name: string): DirectoryHandle | null {
    const descriptor = orNull(() => openSync(pathIn(this, name), DIRECTORY));
    return descriptor === null ? null : new Directory(descriptor);
  }

  file(name: string): OpenFile | null {
    const descriptor = orNull(() => openSync(pathIn(this, name), FILE));
    if (descriptor === null) return null;
    const stat = nodeStat(fstatSync(descriptor));
    if (stat.type === "file") return new RegularFile(descriptor, stat);
    closeSync(descriptor);
    return null;
  }

  remove(name: string): boolean {
    const stat = this.stat(name);
    if (stat === null) return false;
    const act = stat.type === "directory" ? rmdirSync : unlinkSync;
    return orNull(() => (act(pathIn(this, name)), true)) ?? false;
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

/** A name in an open directory as system calls take it; `name` is one component. */
export function pathIn({ descriptor }: Pick<DirectoryHandle, "descriptor">, name: string): string | Buffer {
  const path = `/proc/self/fd/${descriptor}/${name}`;
  return NOT_UTF8.test(name) ? encodePath(path) : path;
}

const NOT_UTF8 = /[\uD800-\uDFFF]/u;

class RegularFile implements OpenFile {
  readonly stat: NodeStat;
  readonly #descriptor: number;

  constructor(descriptor: number, stat: NodeStat) {
    this.#descriptor = descriptor;
    this.stat = stat;
  }

  read(into: Buffer, position: number): number {
    return readSync(this.#descriptor, into, 0, into.length, position);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

function orNull<T>(act: () => T): T | null {
  try {
    return act();
  } catch (error) {
    if (GONE.has(errorCode(error))) return null;
    throw error;
  }
}
