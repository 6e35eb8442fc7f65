import { constants, type Stats } from "node:fs";
import type { EntryType } from "../../format/tree/entry.ts";

/** What lstat tells of one name. Times are in milliseconds since 1970 with a fraction. */
export interface NodeStat {
  readonly type: EntryType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Names of the file. */
  readonly links: number;
  readonly inode: number;
  /** Number of the file system it is on. */
  readonly volume: number;
  readonly device: readonly [number, number];
  readonly changedAt: number;
  readonly modifiedAt: number;
}

const TYPE_OF_FORMAT: Readonly<Record<number, EntryType>> = {
  [constants.S_IFREG]: "file",
  [constants.S_IFDIR]: "directory",
  [constants.S_IFLNK]: "symlink",
  [constants.S_IFIFO]: "fifo",
  [constants.S_IFSOCK]: "socket",
  [constants.S_IFCHR]: "char",
  [constants.S_IFBLK]: "block",
};

/** What the system tells of a name, in our words. */
export function nodeStat(stats: Stats): NodeStat {
  return {
    type: TYPE_OF_FORMAT[stats.mode & constants.S_IFMT] ?? "file",
    mode: stats.mode & 0o7777,
    uid: stats.uid,
    gid: stats.gid,
    size: stats.size,
    links: stats.nlink,
    inode: stats.ino,
    volume: stats.dev,
    device: [majorOf(stats.rdev), minorOf(stats.rdev)],
    changedAt: stats.ctimeMs,
    modifiedAt: stats.mtimeMs,
  };
}

function majorOf(device: number): number {
  return Math.floor(device / 2 ** 8) % 2 ** 12;
}

function minorOf(device: number): number {
  return (device % 2 ** 8) + Math.floor(device / 2 ** 20) * 2 ** 8;
}
