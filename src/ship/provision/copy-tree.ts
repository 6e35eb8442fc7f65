import type { DirectoryHandle, NodeStat, OpenFile } from "../../system/file/no-follow.ts";
import { giveDirectory, makeDirectory, makeFile, makeLink, mountOf, type NewFile } from "../../system/file/write-no-follow.ts";
import { TreeProblem } from "./tree-problem.ts";

/** What is copied, and where it ends. */
export interface CopyLimits {
  /** The folders alone. */
  readonly foldersOnly: boolean;
  /** Bytes of all files. */
  readonly maxSize: number;
}

/** What a copy would need. */
export interface TreeSize {
  readonly bytes: number;
  /** Devices, sockets, pipes and what is mounted over: never copied. */
  readonly leftOut: number;
}

/** Deeper trees are not copied: each level holds descriptors, and no service keeps its data so. */
const MOST_LEVELS = 400;
const PIECE = 1 << 20;

/** Adds up a tree without following anything in it; throws `TreeProblem` where it is too deep or too large. */
export function measureTree(from: DirectoryHandle, limits: CopyLimits): TreeSize {
  const total = { bytes: 0, leftOut: 0 };
  const mount = mountOf(from);
  const visit = (folder: DirectoryHandle, level: number): void => {
    if (level > MOST_LEVELS) throw new TreeProblem("deep", `has more than ${MOST_LEVELS} folders one in the other`);
    for (const name of folder.list()) {
      const stat = folder.stat(name);
      if (stat?.type === "directory")
        withFolder(folder, name, (next) => (mountOf(next) === mount ? visit(next, level + 1) : total.leftOut++));
      else if (stat?.type === "file") total.bytes += limits.foldersOnly ? 0 : stat.size;
      else if (stat !== null && stat.type !== "symlink") total.leftOut++;
    }
  };
  visit(from, 0);
  checkSize(total.bytes, limits);
  return total;
}

/** Copies what is in one folder into another, empty one: types, owners, modes, times and bytes. A link is made again, never followed. */
export function copyTree(from: DirectoryHandle, to: DirectoryHandle, limits: CopyLimits): void {
  new Copy(mountOf(from), limits).folder(from, to, 0);
}

class Copy {
  readonly #mount: string;
  readonly #limits: CopyLimits;
  #bytes = 0;

  constructor(mount: string, limits: CopyLimits) {
    this.#mount = mount;
    this.#limits = limits;
  }

  folder(from: DirectoryHandle, to: DirectoryHandle, level: number): void {
    if (level > MOST_LEVELS) throw new TreeProblem("deep", `has more than ${MOST_LEVELS} folders one in the other`);
    for (const name of from.list()) {
      const stat = from.stat(name);
      if (stat?.type === "directory") withFolder(from, name, (next) => this.#enter(next, { to, name, level }));
      else if (stat !== null && !this.#limits.foldersOnly) this.#leaf(from, { to, name, stat });
    }
  }

  #enter(
    next: DirectoryHandle,
    { to, name, level }: { readonly to: DirectoryHandle; readonly name: string; readonly level: number },
  ): void {
    if (mountOf(next) !== this.#mount) return;
    if (!makeDirectory(to, name)) throw taken(name);
    const made = withFolder(to, name, (folder) => {
      this.folder(next, folder, level + 1);
      const stat = next.ownStat();
      giveDirectory(folder, stat, stat.modifiedAt);
    });
    if (!made) throw taken(name);
  }

  #leaf(from: DirectoryHandle, { to, name, stat }: { readonly to: DirectoryHandle; readonly name: string; readonly stat: NodeStat }): void {
    if (stat.type === "symlink") {
      const target = from.readLink(name);
      if (target !== null && !makeLink(to, name, { target, uid: stat.uid, gid: stat.gid })) throw taken(name);
      return;
    }
    if (stat.type !== "file") return;
    const source = from.file(name);
    if (source === null) return;
    try {
      this.#bytesOf(source, to, name);
    } finally {
      source.close();
    }
  }

  #bytesOf(source: OpenFile, to: DirectoryHandle, name: string): void {
    const file = makeFile(to, name);
    if (file === null) throw taken(name);
    const before = this.#bytes;
    try {
      copyBytes(source, file, (count) => {
        this.#bytes = before + count;
        checkSize(this.#bytes, this.#limits);
      });
      file.give(source.stat, source.stat.modifiedAt);
    } finally {
      file.close();
    }
  }
}

function withFolder(parent: DirectoryHandle, name: string, use: (folder: DirectoryHandle) => void): boolean {
  const folder = parent.directory(name);
  if (folder === null) return false;
  try {
    use(folder);
    return true;
  } finally {
    folder.close();
  }
}

/** Throws where more is copied than may be. */
export function checkSize(bytes: number, { maxSize }: CopyLimits): void {
  if (bytes > maxSize) throw new TreeProblem("large", `has at least ${bytes} bytes, more than the ${maxSize} that may be copied`);
}

/** Copies a file's bytes; `onBytes` gets how many there are so far, before they are written: a file may grow while it is read. */
export function copyBytes(source: OpenFile, file: NewFile, onBytes: (count: number) => void): void {
  const piece = Buffer.allocUnsafe(Math.min(PIECE, source.stat.size + 1));
  for (let at = 0, count = source.read(piece, at); count > 0; count = source.read(piece, at)) {
    at += count;
    onBytes(at);
    file.write(piece.subarray(0, count));
  }
}

function taken(name: string): TreeProblem {
  return new TreeProblem("busy", `gets other entries (${name}) while it is filled`);
}
