export type EntryType = "file" | "directory" | "symlink" | "fifo" | "socket" | "char" | "block";

/** One path of a file system, without its name. `mode` holds the permission bits with set-uid, set-gid and sticky (0..0o7777). */
export interface Entry {
  readonly type: EntryType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of a file. */
  readonly size?: number;
  /** SHA-256 of a file's content, lower-case hexadecimal; absent when the content was not read. */
  readonly hash?: string;
  /** Target of a symbolic link. */
  readonly link?: string;
  /** Major and minor number of a device. */
  readonly device?: readonly [number, number];
  /** Extended attributes, name to hexadecimal bytes (over the engine API only `security.capability`). */
  readonly xattrs?: Readonly<Record<string, string>>;
  /** For all but the first (in byte order) of several names of one file: that first name, an absolute path. */
  readonly hardLink?: string;
}

/** Absolute path (no trailing slash, "/" for the root) to entry. */
export type Tree = ReadonlyMap<string, Entry>;

export type ChangeKind = "created" | "changed" | "deleted" | "reowned" | "remoded";

/** What happened to one path between two looks. `changed` covers content, link target, type and device. */
export interface PathChange {
  readonly path: string;
  readonly kind: ChangeKind;
  readonly before: Entry | null;
  readonly after: Entry | null;
  /** The file's change time (ctime) in ms since 1970; 0 when not known (a deletion). */
  readonly changedAt: number;
  /** The content (`after.hash`) is in the content store. */
  readonly kept: boolean;
  /** The package that installed this path during the same look, as "name". */
  readonly package?: string;
}
